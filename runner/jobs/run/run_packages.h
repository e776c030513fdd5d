#pragma once
// Executing packages in an open transaction: run, verify, record.
#include "engine/package/package.h"
#include "planner/compare/verify.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/run/locked_database.h"

namespace plinth {

/// What one package did.
struct OperationOutcome {
  std::string id, label;
  bool skipped = false;
  static constexpr auto fields =
      std::tuple{field("id", &OperationOutcome::id), field("label", &OperationOutcome::label),
                 field("skipped", &OperationOutcome::skipped)};
};
struct PackageOutcome {
  std::string name, migration_hash;
  std::optional<std::string> from;
  std::string to;
  std::vector<OperationOutcome> operations;
  static constexpr auto fields =
      std::tuple{field("name", &PackageOutcome::name), field("migrationHash", &PackageOutcome::migration_hash),
                 field("from", &PackageOutcome::from), field("to", &PackageOutcome::to),
                 field("operations", &PackageOutcome::operations)};
};

/// A migration runs in the engine's own transaction, which no statement of it may end.
/// Error: MIGRATION.INVALID_OPERATION_ENTRY for one that would.
void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file);

/// Executes packages one after the other in the open transaction, verifies the last destination, moves the marker and
/// writes the ledger.
struct RunReport {
  std::vector<PackageOutcome> packages;
  std::vector<std::string> unclaimed;
  Marker marker;
};
RunReport run_packages(JobContext& context, LockedDatabase& database, const std::vector<Package>& path,
                       Strictness strictness);

}  // namespace plinth
