#pragma once
// Executing packages under the lock of their space: run, verify, record.
#include "engine/package/package.h"
#include "planner/compare/verify.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/run/locked_database.h"

namespace plinth {

/// What one package did.
struct OperationOutcome {
  std::string id, label;
  bool skipped = false;  // its postchecks held before it ran
  bool earlier = false;  // done by an earlier run, which ended before the package was finished
  static constexpr auto fields =
      std::tuple{field("id", &OperationOutcome::id), field("label", &OperationOutcome::label),
                 field("skipped", &OperationOutcome::skipped), field("earlier", &OperationOutcome::earlier)};
};
struct PackageOutcome {
  std::optional<std::string> space;  // of an extension
  std::string name, migration_hash;
  std::optional<std::string> from;
  std::string to;
  std::vector<OperationOutcome> operations;
  static constexpr auto fields = std::tuple{field("space", &PackageOutcome::space),
                                            field("name", &PackageOutcome::name),
                                            field("migrationHash", &PackageOutcome::migration_hash),
                                            field("from", &PackageOutcome::from),
                                            field("to", &PackageOutcome::to),
                                            field("operations", &PackageOutcome::operations)};
};

/// How much is committed at once: each package by itself, or all of them.
enum class CommitScope { package, run };
inline constexpr Named<CommitScope> commit_scopes[] = {{"package", CommitScope::package}, {"run", CommitScope::run}};
constexpr const auto& names(CommitScope) { return commit_scopes; }

struct RunOptions {
  Strictness strictness = Strictness::tolerant;
  CommitScope commit = CommitScope::package;
};

/// A migration runs in the engine's own transactions, which no statement of it may end.
/// Error: MIGRATION.INVALID_OPERATION_ENTRY for one that would.
void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file);

/// What of a path one transaction cannot hold is refused where it has to.
/// Error: MIGRATION.SEVERAL_TRANSACTIONS.
void require_one_transaction(const std::vector<Package>& path);

struct RunReport {
  std::vector<PackageOutcome> packages;
  std::vector<std::string> unclaimed;
  Marker marker;
};

/// Executes packages one after the other. Each is verified against its contract, and committed with the marker and the
/// ledger; a package that holds no copy of its contract goes with the next one. A package that one transaction cannot
/// hold is committed group by group, with a journal; when a run ends in between, the next one goes on behind what is
/// done. An error says in meta.applied what was committed before it.
RunReport run_packages(JobContext& context, LockedSession& session, const std::vector<Package>& path,
                       const RunOptions& options);

}  // namespace plinth
