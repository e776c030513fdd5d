#include "engine/error.h"

#include "engine/json/json.h"

namespace plinth {

const std::vector<CodeRow>& code_rows() {
  static const std::vector<CodeRow> rows = {
      {Code::rpc_parse_error, "RPC.PARSE_ERROR", -32700, "The line is not one JSON value.",
       "Send one JSON value per line, in UTF-8, without duplicate keys."},
      {Code::rpc_invalid_request, "RPC.INVALID_REQUEST", -32600,
       "The line is JSON, but not a JSON-RPC 2.0 request or a batch of them.",
       "Send {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"…\",\"params\":{…}}."},
      {Code::rpc_line_too_long, "RPC.LINE_TOO_LONG", -32600,
       "Lines are held in memory whole, so their length is limited.",
       "Pass large inputs as files, or raise --max-line-bytes."},
      {Code::rpc_method_not_found, "RPC.METHOD_NOT_FOUND", -32601, "This engine serves no method of that name.",
       "Call rpc.discover for the list of methods."},
      {Code::rpc_invalid_params, "RPC.INVALID_PARAMS", -32602, "The parameters are not those that the method declares.",
       "Compare the parameters with rpc.discover, or with --types."},
      {Code::rpc_cancelled, "RPC.CANCELLED", -32800, "Somebody cancelled the request, or the engine was asked to stop.",
       "What was not committed is rolled back; send the request again when you want it."},
      {Code::file_not_found, "FILE.NOT_FOUND", -32000, "There is no file of that name.",
       "Check the path; it is resolved against the engine's working directory."},
      {Code::file_unreadable, "FILE.UNREADABLE", -32000,
       "The file is there, but the system does not let the engine read it.", "Check the permissions of the file."},
      {Code::file_too_large, "FILE.TOO_LARGE", -32000, "Files are held in memory whole, so their size is limited.",
       "Check that the path names the file that is meant."},
      {Code::file_write_failed, "FILE.WRITE_FAILED", -32000, "The system did not take what the engine wrote.",
       "Check free space and permissions; nothing was written."},
      {Code::contract_invalid_json, "CONTRACT.INVALID_JSON", -32000, "The text of the contract is not one JSON value.",
       "Emit the contract again."},
      {Code::contract_validation_failed, "CONTRACT.VALIDATION_FAILED", -32000,
       "The contract says something that its format or Postgres does not have.",
       "Correct the contract's source and emit it again."},
      {Code::contract_hash_mismatch, "CONTRACT.HASH_MISMATCH", -32000,
       "The contract was changed after its hash was computed.",
       "Emit the contract again; or, where the edit was meant, call hashContract with write: true."},
      {Code::contract_unsupported_target, "CONTRACT.UNSUPPORTED_TARGET", -32000,
       "Contracts of other targets mean other databases.", "Plinth reads contracts of family sql, target postgres."},
      {Code::contract_mixed_eras, "CONTRACT.MIXED_ERAS", -32000,
       "Prisma Next up to 0.16 and Prisma 8 write different contracts; a document is in the form of one of them.",
       "Emit the contract again with one tool; do not merge parts of it by hand."},
      {Code::contract_unknown_codec, "CONTRACT.UNKNOWN_CODEC", -32000,
       "The column has parameters that belong to its type, and how this codec uses them is not known.",
       "Use a codec of the Postgres target, or state the whole type as nativeType without parameters."},
      {Code::contract_wire_name_mismatch, "CONTRACT.WIRE_NAME_MISMATCH", -32000,
       "A name with a prefix carries the hash of what it names; the content was changed, or the name was.",
       "Emit the contract again; or take the prefix out, and the name stands for itself."},
      {Code::contract_types_unsupported, "CONTRACT.TYPES_UNSUPPORTED", -32000,
       "Types are emitted for contracts in the form of Prisma Next 0.16: with domain, extensionPacks, and entries in "
       "each "
       "namespace.",
       "Emit the contract with Prisma Next 0.16, or take the types that its own tool emits."},
      {Code::migration_file_missing, "MIGRATION.FILE_MISSING", -32000, "A package holds migration.json and ops.json.",
       "Restore the package from version control, or plan it again."},
      {Code::migration_invalid_json, "MIGRATION.INVALID_JSON", -32000, "The file is not one JSON value.",
       "Restore the file from version control, or plan the package again."},
      {Code::migration_invalid_manifest, "MIGRATION.INVALID_MANIFEST", -32000,
       "migration.json has a fixed set of fields.",
       "Restore migration.json from version control, or plan the package again."},
      {Code::migration_invalid_operation_entry, "MIGRATION.INVALID_OPERATION_ENTRY", -32000,
       "An entry of ops.json is neither a stored operation nor a description of one.",
       "Correct the entry in ops.json, then call evaluateMigration."},
      {Code::migration_invalid_name, "MIGRATION.INVALID_NAME", -32000, "The name becomes part of a directory's name.",
       "Use letters and digits in the name."},
      {Code::migration_mixed_eras, "MIGRATION.MIXED_ERAS", -32000,
       "Prisma Next 0.16 and Prisma 8 keep packages in different forms, and neither reads those of the other.",
       "Emit the contract with the tool of the directory; or write to the directory of another space."},
      {Code::migration_not_upgradable, "MIGRATION.NOT_UPGRADABLE", -32000,
       "Prisma 8 cannot say what the repository says, or the history would not lead where it leads.",
       "Settle what the message names with Prisma Next 0.16, then upgrade. Nothing was changed."},
      {Code::migration_dir_exists, "MIGRATION.DIR_EXISTS", -32000, "A package is never written over another.",
       "Choose another name, or remove the directory."},
      {Code::migration_hash_mismatch, "MIGRATION.HASH_MISMATCH", -32000,
       "The package was changed after its hash was computed.",
       "If the edit was meant, call evaluateMigration with write; otherwise restore the files."},
      {Code::migration_invalid_invariant_id, "MIGRATION.INVALID_INVARIANT_ID", -32000,
       "An id is not empty and has no whitespace and no control characters.",
       "Use an id without whitespace and control characters."},
      {Code::migration_duplicate_invariant_in_edge, "MIGRATION.DUPLICATE_INVARIANT_IN_EDGE", -32000,
       "An invariant is provided once, or it is unclear which operation provides it.",
       "Give each operation of a package its own invariant id."},
      {Code::migration_provided_invariants_mismatch, "MIGRATION.PROVIDED_INVARIANTS_MISMATCH", -32000,
       "The manifest repeats what the operations provide; one of the two was edited.",
       "Call evaluateMigration with write to derive them again."},
      {Code::migration_invalid_ref_name, "MIGRATION.INVALID_REF_NAME", -32000,
       "The name of a ref is the path of its file.",
       "Use lower-case letters, digits and hyphens, with / between segments."},
      {Code::migration_invalid_ref_file, "MIGRATION.INVALID_REF_FILE", -32000,
       "The file of a ref names one contract, and the invariants it requires.",
       "A ref is {\"hash\": \"…\", \"invariants\": []}."},
      {Code::migration_unknown_ref, "MIGRATION.UNKNOWN_REF", -32000,
       "No ref, package or contract of the history has that name.",
       "Name a ref, a package directory, or a hash (6 or more digits) of the history."},
      {Code::migration_unknown_migration, "MIGRATION.UNKNOWN_MIGRATION", -32000,
       "A package is named by its directory, or by the first six or more digits of its hash.",
       "Ask migrationList which packages there are."},
      {Code::migration_snapshot_missing, "MIGRATION.SNAPSHOT_MISSING", -32000,
       "A package is planned and verified against copies of its contracts.",
       "Restore the contract copy of the package from version control."},
      {Code::migration_unfilled_placeholder, "MIGRATION.UNFILLED_PLACEHOLDER", -32000,
       "The plan has a slot without SQL: only you can decide how these rows should change.",
       "Give the statements as `slots`: of this call, or of evaluateMigration with write where a package holds the "
       "plan (planWithDescriptors with write makes one)."},
      {Code::migration_unknown_slot, "MIGRATION.UNKNOWN_SLOT", -32000,
       "A slot belongs to a transform of the migration.", "Use one of the slots that the plan names."},
      {Code::migration_steps_differ, "MIGRATION.STEPS_DIFFER", -32000,
       "An operation is stored with its statements; one of the two was edited since.",
       "Edit meta.operation, or remove it to keep the SQL as a raw operation."},
      {Code::migration_unresolved_descriptor, "MIGRATION.UNRESOLVED_DESCRIPTOR", -32000,
       "The destination does not hold what the descriptor names.",
       "A descriptor names things of the destination contract."},
      {Code::migration_not_applicable, "MIGRATION.NOT_APPLICABLE", -32000,
       "The operation starts from a schema that is not there at this point.",
       "Check the order of the operations and the names they use."},
      {Code::migration_not_proven, "MIGRATION.NOT_PROVEN", -32000,
       "Simulated on the origin, the operations give another schema than the destination.",
       "Add the operations that meta.issues asks for, or remove those that lead elsewhere."},
      {Code::migration_ambiguous_target, "MIGRATION.AMBIGUOUS_TARGET", -32000,
       "More than one contract of the history fits.", "Name the target: a ref, a package directory, or a hash."},
      {Code::migration_path_unreachable, "MIGRATION.PATH_UNREACHABLE", -32000,
       "The packages do not connect the two contracts in this direction.",
       "Plan a package that leads from the database's contract to the target."},
      {Code::migration_no_invariant_path, "MIGRATION.NO_INVARIANT_PATH", -32000,
       "Packages lead to the target, but together they do not provide what it requires.",
       "Provide the missing invariants in a package on the way, or remove them from the ref."},
      {Code::migration_unknown_invariant, "MIGRATION.UNKNOWN_INVARIANT", -32000,
       "Neither a package of the history provides it, nor does the database have it: it is misspelt, or its package is "
       "gone.",
       "Correct the name of the invariant, or restore the package that provides it."},
      {Code::migration_marker_missing, "MIGRATION.MARKER_MISSING", -32000,
       "The database has no marker: nobody has recorded which contract it satisfies.",
       "Apply migrations to it; or, where it satisfies the contract already, call signDatabase."},
      {Code::migration_marker_mismatch, "MIGRATION.MARKER_MISMATCH", -32000,
       "The database was migrated with packages that are not here.",
       "Get the packages that were applied to this database, or name another one."},
      {Code::migration_undeclared_space, "MIGRATION.UNDECLARED_SPACE", -32000,
       "The database has the marker of a space that the contract does not name as an extension.",
       "Add the extension to the contract again, or delete the row of prisma_contract.marker when nothing is left of "
       "it."},
      {Code::migration_marker_origin_mismatch, "MIGRATION.MARKER_ORIGIN_MISMATCH", -32000,
       "The package starts from another contract than the one the database is at.",
       "Apply the packages between the marker and this one first, or plan again."},
      {Code::migration_marker_cas_failure, "MIGRATION.MARKER_CAS_FAILURE", -32000,
       "The marker is not where it was when this migration began.",
       "Another tool moved the marker without the lock; look at the ledger and apply again."},
      {Code::migration_legacy_marker_shape, "MIGRATION.LEGACY_MARKER_SHAPE", -32000,
       "The table was made by an early version of another tool.",
       "Upgrade the marker table with the tool that made it."},
      {Code::migration_marker_damaged, "MIGRATION.MARKER_DAMAGED", -32000,
       "A table of the schema prisma_contract is not as it was made.",
       "Restore the table from a backup, or give it back the columns and types that docs/formats.md lists."},
      {Code::migration_destination_contract_mismatch, "MIGRATION.DESTINATION_CONTRACT_MISMATCH", -32000,
       "The copy in the package is that of another contract.", "Restore end-contract.json, or plan the package again."},
      {Code::migration_conflict, "MIGRATION.CONFLICT", -32000,
       "No operations lead from the database to the contract; meta.conflicts names every reason.",
       "Change what the conflicts name, or migrate in several steps."},
      {Code::migration_policy_violation, "MIGRATION.POLICY_VIOLATION", -32000,
       "The migration needs a class of operations that this run does not allow.",
       "Allow the class in the policy, or change the migration."},
      {Code::migration_destructive_changes, "MIGRATION.DESTRUCTIVE_CHANGES", -32000,
       "Values, or what protects them, would be gone: that needs consent.",
       "Look at meta.destructiveOperations; call again with acceptDestructive: true, or dryRun: true for the plan."},
      {Code::migration_several_transactions, "MIGRATION.SEVERAL_TRANSACTIONS", -32000,
       "What was asked for is committed at once; some of these operations need a transaction of their own, or none.",
       "Leave out commit: \"run\", and each package is committed in its parts; or plan without online."},
      {Code::migration_interrupted, "MIGRATION.INTERRUPTED", -32000,
       "A migration that is committed in several parts ended before its last one, and how is not known.",
       "Inspect what meta names; bring it to the state before or after the operation, and apply the migration again."},
      {Code::migration_not_batchable, "MIGRATION.NOT_BATCHABLE", -32000,
       "Batches are ranges of a unique key of the table that an UPDATE or a DELETE changes.",
       "Write such statements, which leave the key as it is; or leave out batch, and it runs as a whole."},
      {Code::migration_seed_changed, "MIGRATION.SEED_CHANGED", -32000,
       "A file of seeds runs once; what it inserted before may still be there.",
       "Put what is new into a file of its own; or let it run again with changed: \"run\"."},
      {Code::migration_changed_after_apply, "MIGRATION.CHANGED_AFTER_APPLY", -32000,
       "The ledger of the database knows the package under another hash: what was applied is not what the files say.",
       "Restore the package as it was applied, and put the change into a new one; or accept it with changed: "
       "\"accept\"."},
      {Code::migration_precheck_failed, "MIGRATION.PRECHECK_FAILED", -32000,
       "The operation starts from another state than the database is in.",
       "The database is not in the state that the operation starts from; compare them with diff."},
      {Code::migration_postcheck_failed, "MIGRATION.POSTCHECK_FAILED", -32000,
       "The statements ran, but did not do what the operation promises.",
       "Correct the operation; what was not committed is rolled back."},
      {Code::migration_execution_failed, "MIGRATION.EXECUTION_FAILED", -32000, "The server refused the statement.",
       "Read meta.sqlState and meta.sql; what was not committed is rolled back."},
      {Code::migration_schema_verify_failed, "MIGRATION.SCHEMA_VERIFY_FAILED", -32000,
       "Something differs that the migration did not settle.",
       "Compare the database with the contract (diff) and plan the repair."},
      {Code::database_invalid_url, "DATABASE.INVALID_URL", -32000,
       "The text is neither a URL nor a list of connection settings.",
       "Use postgresql://user@host:5432/database, or embedded: for a private server."},
      {Code::database_connection_failed, "DATABASE.CONNECTION_FAILED", -32000,
       "The server did not answer, or did not let the connection in.",
       "Check that the server runs, and its host and port."},
      {Code::database_authentication_failed, "DATABASE.AUTHENTICATION_FAILED", -32000,
       "The server did not let this user connect.",
       "Check user and password; if they are right, pg_hba.conf and whether the role may log in."},
      {Code::database_not_found, "DATABASE.NOT_FOUND", -32000, "The server has no database of that name.",
       "Create the database, or correct its name in the URL."},
      {Code::database_connection_lost, "DATABASE.CONNECTION_LOST", -32000,
       "The connection ended while it was in use; uncommitted work is undone.",
       "The transaction is gone with the connection; look at the server's log and try again."},
      {Code::database_read_only, "DATABASE.READ_ONLY", -32000, "The server, or the database, takes no writes.",
       "Connect to the primary, or make the database writable."},
      {Code::database_insufficient_privilege, "DATABASE.INSUFFICIENT_PRIVILEGE", -32000,
       "The role of the connection may not do this.", "Connect as the owner of the objects, or grant the privilege."},
      {Code::database_disk_full, "DATABASE.DISK_FULL", -32000, "The server has no room to write.",
       "Free space on the server; what was not committed is rolled back."},
      {Code::database_lock_timeout, "DATABASE.LOCK_TIMEOUT", -32000,
       "Somebody else held what the statement needed for too long.",
       "Try again when the table is less busy, or raise lockTimeoutMs."},
      {Code::database_statement_timeout, "DATABASE.STATEMENT_TIMEOUT", -32000,
       "The statement ran longer than its limit.", "Raise statementTimeoutMs, or make the statement smaller."},
      {Code::database_server_too_old, "DATABASE.SERVER_TOO_OLD", -32000, "Older servers lack what introspection reads.",
       "Use PostgreSQL 12 or newer."},
      {Code::database_query_failed, "DATABASE.QUERY_FAILED", -32000, "The server refused the statement.",
       "Read meta.sqlState."},
      {Code::embedded_binaries_not_found, "EMBEDDED.BINARIES_NOT_FOUND", -32000,
       "A private server needs the programs initdb and postgres.",
       "Install the package postgresql, or set PLINTH_PG_BIN to the directory of initdb."},
      {Code::embedded_start_failed, "EMBEDDED.START_FAILED", -32000,
       "The private server ended before it took connections.", "Read the server's log, which meta.log names."},
      {Code::engine_out_of_memory, "ENGINE.OUT_OF_MEMORY", -32000, "The system gives the engine no more memory.",
       "Send a smaller request, or give the process more memory; nothing was changed."},
      {Code::engine_internal, "ENGINE.INTERNAL", -32603, "The engine reached a state that should be impossible.",
       "This is a bug in Plinth; please report it with the request that caused it."},
  };
  return rows;
}

const CodeRow& row(Code code) { return code_rows().at(static_cast<std::size_t>(code)); }

Error::Error(Code code, const std::string& message, std::string why)
    : std::runtime_error(message), code_(code), why_(std::move(why)), fix_(row(code).fix) {
  if (why_.empty()) why_ = row(code).why;
}

Error& Error::why(std::string text) {
  why_ = std::move(text);
  return *this;
}
Error& Error::fix(std::string text) {
  fix_ = std::move(text);
  return *this;
}
Error& Error::at(std::string path, int line) {
  where_ = {std::move(path), line};
  return *this;
}
Error& Error::with(std::string_view key, const std::string& value) { return with_json(key, json::quote(value)); }
Error& Error::with(std::string_view key, std::int64_t value) { return with_json(key, std::to_string(value)); }
Error& Error::with(std::string_view key, const std::vector<std::string>& values) {
  return with_json(key, to_json(values));
}
Error& Error::with_json(std::string_view key, std::string json_text) {
  for (auto& [k, v] : meta_) {
    if (k == key) {
      v = std::move(json_text);
      return *this;
    }
  }
  meta_.emplace_back(std::string(key), std::move(json_text));
  return *this;
}

std::string Error::envelope() const {
  std::string out = "{\"code\":" + json::quote(row(code_).name) + ",\"message\":" + json::quote(what());
  out += ",\"why\":" + json::quote(why_) + ",\"fix\":" + json::quote(fix_);
  if (!where_.path.empty()) {
    out += ",\"where\":{\"path\":" + json::quote(where_.path);
    if (where_.line > 0) out += ",\"line\":" + std::to_string(where_.line);
    out += "}";
  }
  if (!meta_.empty()) {
    out += ",\"meta\":{";
    for (std::size_t i = 0; i < meta_.size(); ++i) {
      if (i > 0) out += ",";
      out.append(json::quote(meta_[i].first)).append(":").append(meta_[i].second);
    }
    out += "}";
  }
  return out + "}";
}

}  // namespace plinth
