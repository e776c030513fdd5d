#include "runner/jobs/run/run_packages.h"

#include "engine/names.h"
#include "engine/sql/transaction_control.h"
#include "planner/plan/commit_groups.h"
#include "runner/jobs/run/package_run.h"

namespace plinth {

void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file) {
  for (const auto& op : operations) {
    for (const auto* steps : {&op.precheck, &op.execute, &op.postcheck}) {
      for (const auto& step : *steps) {
        const std::string command = transaction_command(step.sql);
        if (command.empty()) continue;
        throw Error(Code::migration_invalid_operation_entry, op.raw_label + ": a statement may not be " + command,
                    "A migration is committed as a whole or not at all; its transaction is the engine's.")
            .fix("Take " + command + " out of the statement; everything runs in one transaction.")
            .at(file)
            .with("operationId", op.raw_id)
            .with("sql", step.sql);
      }
    }
  }
}

void require_one_transaction(const std::vector<Package>& path) {
  for (const auto& p : path) {
    const std::vector<CommitGroup> groups = commit_groups(typed_operations(p));
    if (fits_one_transaction(groups)) continue;
    throw Error(Code::migration_several_transactions,
                "package \"" + p.name + "\" is to be committed in " + std::to_string(groups.size()) +
                    (groups.size() == 1 ? " part outside of transactions" : " parts"))
        .at(p.directory + "/ops.json")
        .with_json("commitGroups", to_json(groups));
  }
}

namespace {

// What is committed together, as ranges of the path.
std::vector<std::vector<Package>> units_of(const std::vector<Package>& path, CommitScope scope) {
  if (scope == CommitScope::run) return {path};
  std::vector<std::vector<Package>> out(1);
  for (const auto& p : path) {
    out.back().push_back(p);
    if (p.end_contract && &p != &path.back()) out.emplace_back();
  }
  return out;
}

std::int64_t steps_of(const std::vector<std::vector<Package>>& units) {
  auto out = static_cast<std::int64_t>(units.size());
  for (const auto& unit : units) {
    for (const auto& p : unit) out += static_cast<std::int64_t>(p.operations.size());
  }
  return out;
}

// What a package has begun, only the same package goes on with.
void refuse_unfinished(LockedSession& session, const Package& package) {
  for (const auto& entry : read_journal(session.connection(), session.space())) {
    if (entry.migration_hash == package.manifest.migration_hash) continue;
    throw Error(Code::migration_interrupted,
                "package " + q(entry.migration_name) + " was begun and is not finished; " + q(package.name) +
                    " cannot be applied on top of it",
                "It is committed in several parts, and a run of it ended between two of them.")
        .fix("Apply " + q(entry.migration_name) + " again, which goes on where it ended.")
        .with("migration", entry.migration_name)
        .with("migrationHash", entry.migration_hash)
        .with("operationId", entry.operation_id);
  }
}

std::vector<std::string> names_of(const std::vector<PackageOutcome>& packages) {
  std::vector<std::string> out;
  out.reserve(packages.size());
  for (const auto& p : packages) out.push_back(p.name);
  return out;
}

}  // namespace

RunReport run_packages(JobContext& context, LockedSession& session, const std::vector<Package>& path,
                       const RunOptions& options) {
  for (const auto& p : path) {
    refuse_transaction_commands(p.operations, p.directory.empty() ? "" : p.directory + "/ops.json");
  }
  const auto units = units_of(path, options.commit);
  for (const auto& unit : units) {
    if (unit.size() > 1) require_one_transaction(unit);
  }
  refuse_unfinished(session, path.front());
  PackageRun run(context, session, steps_of(units), options.strictness);
  RunReport out;
  for (const auto& unit : units) {
    try {
      run.run(unit, out);
    } catch (Error& e) {
      if (!out.packages.empty()) e.with("applied", names_of(out.packages));
      throw;
    }
  }
  return out;
}

}  // namespace plinth
