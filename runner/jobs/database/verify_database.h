#pragma once
#include "engine/json/place.h"
#include "planner/compare/diff.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

/// What is asked: whether the marker is that of the contract, whether the schema satisfies it, or both.
enum class VerifyMode { full, marker, schema };
inline constexpr Named<VerifyMode> verify_modes[] = {
    {"full", VerifyMode::full}, {"marker", VerifyMode::marker}, {"schema", VerifyMode::schema}};
constexpr const auto& names(VerifyMode) { return verify_modes; }

struct VerifyDatabaseRequest {
  DatabaseUrl url;
  ContractParam contract;
  VerifyMode mode = VerifyMode::full;
  bool strict = false;
  std::optional<FilePath> migrations;  // whose extensions must be at their refs `head`
  static constexpr auto fields =
      std::tuple{field("url", &VerifyDatabaseRequest::url), field("contract", &VerifyDatabaseRequest::contract),
                 defaulted("mode", &VerifyDatabaseRequest::mode), field("strict", &VerifyDatabaseRequest::strict),
                 field("migrations", &VerifyDatabaseRequest::migrations)};
};

struct VerifiedHashes {
  std::string storage_hash, profile_hash;
  static constexpr auto fields = std::tuple{field("storageHash", &VerifiedHashes::storage_hash),
                                            field("profileHash", &VerifiedHashes::profile_hash)};
};
struct VerifyDatabaseResult {
  bool ok = false;
  VerifyMode mode = VerifyMode::full;
  VerifiedHashes contract;
  std::optional<VerifiedHashes> marker;
  std::vector<std::string> invariants;
  std::vector<Diagnostic> diagnostics;  // of the markers
  std::vector<IssueReport> issues;      // of the schema
  std::vector<std::string> unclaimed;   // objects that the contract does not name: issues where it is strict
  std::string summary;
  static constexpr auto fields = std::tuple{field("ok", &VerifyDatabaseResult::ok),
                                            field("mode", &VerifyDatabaseResult::mode),
                                            field("contract", &VerifyDatabaseResult::contract),
                                            field("marker", &VerifyDatabaseResult::marker),
                                            field("invariants", &VerifyDatabaseResult::invariants),
                                            field("diagnostics", &VerifyDatabaseResult::diagnostics),
                                            field("issues", &VerifyDatabaseResult::issues),
                                            field("unclaimed", &VerifyDatabaseResult::unclaimed),
                                            field("summary", &VerifyDatabaseResult::summary)};
};

/// Whether a database satisfies a contract, and says so. Takes no lock and changes nothing. O(schema).
VerifyDatabaseResult verify_database(JobContext& context, const VerifyDatabaseRequest& request);

struct SignDatabaseRequest {
  DatabaseUrl url;
  ContractParam contract;
  bool strict = false;
  std::optional<std::int64_t> migration_lock_timeout_ms;
  static constexpr auto fields =
      std::tuple{field("url", &SignDatabaseRequest::url), field("contract", &SignDatabaseRequest::contract),
                 field("strict", &SignDatabaseRequest::strict),
                 field("migrationLockTimeoutMs", &SignDatabaseRequest::migration_lock_timeout_ms)};
};
struct SignDatabaseResult {
  bool already_signed = false;
  std::optional<std::string> from;  // the contract of the marker before
  std::string to;
  std::vector<std::string> unclaimed;
  static constexpr auto fields =
      std::tuple{field("alreadySigned", &SignDatabaseResult::already_signed), field("from", &SignDatabaseResult::from),
                 field("to", &SignDatabaseResult::to), field("unclaimed", &SignDatabaseResult::unclaimed)};
};

/// Records that a database satisfies a contract, once it has been verified, under the lock. The ledger is not written:
/// nothing was migrated. Errors: MIGRATION.SCHEMA_VERIFY_FAILED, and those of the lock and of the bookkeeping.
SignDatabaseResult sign_database(JobContext& context, const SignDatabaseRequest& request);

}  // namespace plinth
