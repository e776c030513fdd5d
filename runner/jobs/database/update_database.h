#pragma once
// From a contract to a database at once, without a package: for databases that nobody shares.
#include "runner/jobs/apply_migration.h"

namespace plinth {

struct InitDatabaseRequest {
  DatabaseUrl url;
  ContractParam contract;
  bool dry_run = false;
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms, migration_lock_timeout_ms;
  static constexpr auto fields =
      std::tuple{field("url", &InitDatabaseRequest::url),
                 field("contract", &InitDatabaseRequest::contract),
                 field("dryRun", &InitDatabaseRequest::dry_run),
                 field("lockTimeoutMs", &InitDatabaseRequest::lock_timeout_ms),
                 field("statementTimeoutMs", &InitDatabaseRequest::statement_timeout_ms),
                 field("migrationLockTimeoutMs", &InitDatabaseRequest::migration_lock_timeout_ms)};
};

/// Creates what the contract asks for and the database lacks, and signs the database. What would have to change is a
/// conflict. Errors: MIGRATION.CONFLICT, MIGRATION.POLICY_VIOLATION, and those of a run.
ApplyResult init_database(JobContext& context, const InitDatabaseRequest& request);

struct UpdateDatabaseRequest {
  DatabaseUrl url;
  ContractParam contract;
  Extras extras = Extras::keep;
  std::optional<Dependents> dependents;
  std::vector<Hint> hints;
  Mappings mappings = Mappings::follow;
  bool accept_destructive = false, dry_run = false;
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms, migration_lock_timeout_ms;
  static constexpr auto fields =
      std::tuple{field("url", &UpdateDatabaseRequest::url),
                 field("contract", &UpdateDatabaseRequest::contract),
                 defaulted("extras", &UpdateDatabaseRequest::extras),
                 field("dependents", &UpdateDatabaseRequest::dependents),
                 field("hints", &UpdateDatabaseRequest::hints),
                 defaulted("mappings", &UpdateDatabaseRequest::mappings),
                 field("acceptDestructive", &UpdateDatabaseRequest::accept_destructive),
                 field("dryRun", &UpdateDatabaseRequest::dry_run),
                 field("lockTimeoutMs", &UpdateDatabaseRequest::lock_timeout_ms),
                 field("statementTimeoutMs", &UpdateDatabaseRequest::statement_timeout_ms),
                 field("migrationLockTimeoutMs", &UpdateDatabaseRequest::migration_lock_timeout_ms)};
};

/// Brings a database to a contract by what differs. Nothing is transformed: where rows stand in the way, a migration
/// has to be planned. Errors: MIGRATION.DESTRUCTIVE_CHANGES without consent, MIGRATION.POLICY_VIOLATION where rows
/// would have to be transformed, MIGRATION.CONFLICT, and those of a run.
ApplyResult update_database(JobContext& context, const UpdateDatabaseRequest& request);

}  // namespace plinth
