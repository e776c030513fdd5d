#include "runner/jobs/run/run_packages.h"

#include "engine/names.h"
#include "engine/sql/reading/transaction_control.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/values.h"
#include "planner/render/summary.h"
#include "runner/jobs/run/package_run.h"

namespace plinth {

void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file) {
  for (const auto& op : operations) {
    for (const auto* steps : {&op.precheck, &op.execute, &op.postcheck}) {
      for (const auto& step : *steps) {
        const std::string command = transaction_command(step.sql);
        if (command.empty()) continue;
        throw Error(Code::migration_invalid_operation_entry, op.raw_label + ": a statement may not be " + command,
                    "The transactions of a migration are the engine's.")
            .fix("Take " + command + " out of the statement.")
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

Error apart(const Package& p, const RawSql& first, const RawSql& second, const std::string& why) {
  return Error(Code::migration_several_transactions,
               "package " + q(p.name) + ": " + first.raw_label + " would be committed before " + second.raw_label, why)
      .fix(
          "Plan the package without online, so that one transaction holds both; or split it, and plan the other part " +
          std::string("online."))
      .at(p.directory + "/ops.json")
      .with("operations", std::vector<std::string>{first.raw_id, second.raw_id});
}

// What must not be committed apart: a transform, and what converts or drops the values that it has seen, as others may
// write more of them in between; and a change of row security, which would show rows to whoever may not see them.
void refuse_dangerous_parts(const Package& package) {
  const Running run = running(package);
  const std::vector<CommitGroup> groups = commit_groups(run.typed);
  if (fits_one_transaction(groups)) return;
  std::optional<std::size_t> transform;         // the first one of an earlier group
  std::map<std::string, std::size_t> security;  // by table: the first change of row security
  std::map<std::string, std::size_t> group_of_security;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t first = groups[g].first, end = first + groups[g].operations.size();
    for (std::size_t i = first; i < end; ++i) {
      const RawSql& op = package.operations[i];
      if (transform && table_of_values(run.typed[i])) {
        throw apart(package, package.operations[*transform], op,
                    "Rows may be written in between, whose values nobody would transform.");
      }
      const auto on = target(run.typed[i]);
      if (!on || (on->object_type != "rlsPolicy" && on->object_type != "rowLevelSecurity")) continue;
      const std::string table = on->schema + "." + on->table.value_or(on->name);
      const auto [before, is_new] = security.emplace(table, i);
      if (is_new) group_of_security[table] = g;
      if (group_of_security[table] == g) continue;
      throw apart(package, package.operations[before->second], op,
                  "In between, row security would show rows to whoever may not see them, or hide them.");
    }
    for (std::size_t i = first; i < end && !transform; ++i) {
      if (reads_values(run.typed[i])) transform = i;
    }
  }
}

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

// The first operation that is done, or done in part, and that the package does not have in its place; nothing where it
// goes on with all. What is done in part may have been corrected: its batches see to that.
const JournalEntry* strange(const std::vector<JournalEntry>& entries, const Package& package) {
  for (const auto& e : entries) {
    if (!e.done_at && !e.progress) continue;
    if (e.position >= package.operations.size()) return &e;
    const RawSql& op = package.operations[e.position];
    if (e.done_at ? hash_of_operation(op) != e.operation_hash : op.raw_id != e.operation_id) return &e;
  }
  return nullptr;
}

// A migration that has begun is finished first: by its package, which may have been corrected behind what is done.
void go_on_with_unfinished(LockedSession& session, const Package& package) {
  const std::vector<JournalEntry> entries = read_journal(session.connection(), session.space());
  if (entries.empty() || entries.front().migration_hash == package.manifest.migration_hash) return;
  const JournalEntry& first = entries.front();
  const JournalEntry* different = strange(entries, package);
  if (first.migration_name == package.name && different == nullptr) {
    rename_in_journal(session.connection(), session.space(), first.migration_hash, package.manifest.migration_hash);
    return;
  }
  const std::string what = package.name.empty() ? "the change" : "package " + q(package.name);
  Error e(
      Code::migration_interrupted,
      "package " + q(first.migration_name) + " has begun and is not finished; " + what + " cannot be applied before",
      "It is committed in several parts, and a run of it ended between two of them.");
  e.fix("Apply " + q(first.migration_name) + " again: it continues after the completed operations. Or bring the " +
        "database to the contract of a package by hand, and record that with markMigrationApplied.");
  if (first.migration_name == package.name) {
    e.why("The package was changed since, in an operation that is done: " + q(different->operation_id) + ".");
  }
  throw e.with("migration", first.migration_name)
      .with("migrationHash", first.migration_hash)
      .with("operationId", different != nullptr ? different->operation_id : first.operation_id);
}

void tell_applied(const std::vector<PackageOutcome>& packages, Error& e) {
  if (packages.empty()) return;
  std::vector<std::string> names;
  names.reserve(packages.size());
  for (const auto& p : packages) names.push_back(p.name);
  e.why(e.reason() + " The " + counted(names.size(), "package") + " before it stay applied.");
  e.with("applied", names);
}

}  // namespace

RunReport run_packages(JobContext& context, LockedSession& session, const std::vector<Package>& path,
                       const RunOptions& options) {
  for (const auto& p : path) {
    refuse_transaction_commands(p.operations, p.directory.empty() ? "" : p.directory + "/ops.json");
    require_batchable(p.operations);
  }
  const auto units = units_of(path, options.commit);
  for (const auto& unit : units) {
    if (unit.size() > 1) require_one_transaction(unit);
    for (const auto& p : unit) refuse_dangerous_parts(p);
  }
  go_on_with_unfinished(session, path.front());
  PackageRun run(context, session, steps_of(units), options.strictness);
  RunReport out;
  for (const auto& unit : units) {
    try {
      run.run(unit, out);
    } catch (Error& e) {
      tell_applied(out.packages, e);
      throw;
    }
  }
  return out;
}

}  // namespace plinth
