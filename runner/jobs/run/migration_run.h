#pragma once
// One run against a database: lock, choose, execute, verify, record, commit.
#include "planner/compare/verify.h"
#include "runner/jobs/job_context.h"
#include "runner/postgres/apply.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {

/// The time limits of a run, in milliseconds; absent: as the server has it. `migration_lock` is how long a run waits
/// for another one on the same database.
struct TimeLimits {
  std::int64_t lock = 10'000;
  std::optional<std::int64_t> statement;
  std::int64_t migration_lock = 600'000;
};

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

/// The name that enters the lock's key: the first namespace of a contract that is bound to a schema.
std::string lock_schema_of(const Contract& contract);

/// The end contract of a package; its hash is the package's. Errors: MIGRATION.SNAPSHOT_MISSING,
/// MIGRATION.DESTINATION_CONTRACT_MISMATCH.
Contract end_contract_of(const Package& package);

/// The contract whose hash is a package's `from`: the package's own copy. Nothing for a baseline.
/// Errors: MIGRATION.SNAPSHOT_MISSING.
std::optional<Contract> start_contract_of(const Package& package);

/// BEGIN, the lock of the space, time limits, the bookkeeping tables, the marker: in this order, so that nothing is
/// decided on what another run may still change. The transaction ends with the object, undone unless committed.
class LockedDatabase {
 public:
  LockedDatabase(Connection& connection, const Contract& destination, const TimeLimits& limits);
  const std::optional<Marker>& marker() const { return marker_; }
  Connection& connection() { return connection_; }
  void commit();

 private:
  Connection& connection_;
  Transaction transaction_;
  std::optional<Marker> marker_;
};

/// A migration runs in the engine's own transaction, which no statement of it may end.
/// Error: MIGRATION.INVALID_OPERATION_ENTRY for one that would.
void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file);

/// Compares the live schema with a contract. Throws MIGRATION.SCHEMA_VERIFY_FAILED with all issues in meta.
/// The unclaimed objects.
std::vector<std::string> verify_live(Connection& connection, const Contract& contract, Strictness strictness,
                                     const Suspicions& suspicions = {});

/// The verdict, without throwing.
Verdict live_verdict(Connection& connection, const Contract& contract, Strictness strictness,
                     const Suspicions& suspicions = {});

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
