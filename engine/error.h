#pragma once
// Every way in which a request can fail: one exception type, one table of codes.
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plinth {

enum class Code {
  rpc_parse_error,
  rpc_invalid_request,
  rpc_line_too_long,
  rpc_method_not_found,
  rpc_invalid_params,
  rpc_cancelled,
  file_not_found,
  file_unreadable,
  file_too_large,
  file_write_failed,
  contract_invalid_json,
  contract_validation_failed,
  contract_hash_mismatch,
  contract_unsupported_target,
  contract_mixed_eras,
  contract_unknown_codec,
  contract_wire_name_mismatch,
  contract_types_unsupported,
  migration_file_missing,
  migration_invalid_json,
  migration_invalid_manifest,
  migration_invalid_operation_entry,
  migration_invalid_name,
  migration_mixed_eras,
  migration_not_upgradable,
  migration_dir_exists,
  migration_hash_mismatch,
  migration_invalid_invariant_id,
  migration_duplicate_invariant_in_edge,
  migration_provided_invariants_mismatch,
  migration_invalid_ref_name,
  migration_invalid_ref_file,
  migration_unknown_ref,
  migration_unknown_migration,
  migration_snapshot_missing,
  migration_unfilled_placeholder,
  migration_unknown_slot,
  migration_steps_differ,
  migration_unresolved_descriptor,
  migration_not_applicable,
  migration_not_proven,
  migration_ambiguous_target,
  migration_path_unreachable,
  migration_no_invariant_path,
  migration_unknown_invariant,
  migration_marker_missing,
  migration_marker_mismatch,
  migration_undeclared_space,
  migration_marker_origin_mismatch,
  migration_marker_cas_failure,
  migration_legacy_marker_shape,
  migration_marker_damaged,
  migration_destination_contract_mismatch,
  migration_conflict,
  migration_policy_violation,
  migration_destructive_changes,
  migration_several_transactions,
  migration_interrupted,
  migration_not_batchable,
  migration_seed_changed,
  migration_changed_after_apply,
  migration_precheck_failed,
  migration_postcheck_failed,
  migration_execution_failed,
  migration_schema_verify_failed,
  database_invalid_url,
  database_connection_failed,
  database_authentication_failed,
  database_not_found,
  database_connection_lost,
  database_read_only,
  database_insufficient_privilege,
  database_disk_full,
  database_lock_timeout,
  database_statement_timeout,
  database_server_too_old,
  database_query_failed,
  embedded_binaries_not_found,
  embedded_start_failed,
  engine_out_of_memory,
  engine_internal,
};

/// One row of the table of codes: the code that a caller switches on, the JSON-RPC number it travels under, and the
/// reason and the fix that hold when the thrower knows no better ones.
struct CodeRow {
  Code code;
  std::string_view name;
  int rpc;
  std::string_view why, fix;
};

/// All codes, in the order of `Code`. docs/errors.md is printed from it.
const std::vector<CodeRow>& code_rows();
const CodeRow& row(Code code);

/// Where in a document an error was found. `path` is a file; `line` counts from 1, 0 when unknown.
struct Where {
  std::string path;
  int line = 0;
};

/// The only exception that the engine throws on purpose. `meta` values are JSON texts.
class Error : public std::runtime_error {
 public:
  Error(Code code, const std::string& message, std::string why = {});

  Error& why(std::string text);
  Error& fix(std::string text);
  Error& at(std::string path, int line = 0);
  Error& with(std::string_view key, const std::string& value);
  Error& with(std::string_view key, std::int64_t value);
  Error& with(std::string_view key, const std::vector<std::string>& values);
  Error& with_json(std::string_view key, std::string json_text);

  Code code() const { return code_; }
  const std::string& reason() const { return why_; }
  const std::string& remedy() const { return fix_; }
  const Where& where() const { return where_; }
  const std::vector<std::pair<std::string, std::string>>& meta() const { return meta_; }

  /// The envelope `{code, message, why, fix, where?, meta?}` as compact JSON.
  std::string envelope() const;

 private:
  Code code_;
  std::string why_, fix_;
  Where where_;
  std::vector<std::pair<std::string, std::string>> meta_;
};

}  // namespace plinth
