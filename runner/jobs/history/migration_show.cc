#include "runner/jobs/history/migration_show.h"

#include "planner/compare/contract_schema.h"
#include "planner/plan/plan.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/jobs/sources/state.h"

namespace plinth {
namespace {

void add_costs(const Package& package, const std::vector<Operation>& operations,
               const std::optional<std::int64_t>& version, ShownMigration& out) {
  const std::optional<Contract> start = start_contract_of(package);
  const Plan weighed =
      plan_of(operations, start ? contract_schema(*start) : Schema{}, server_version(version, State{}));
  out.impacts = weighed.impacts;
  out.hazards = weighed.hazards;
}

}  // namespace

MigrationShowResult migration_show(JobContext&, const MigrationShowRequest& p) {
  const History history = load_history(space_named(p.migrations, p.space));
  const PackageEntry& entry = package_named(history, p.migration);
  const Package package = load_package(entry.directory);
  MigrationShowResult out;
  ShownMigration& shown = out.migration;
  static_cast<MigrationEntry&>(shown) = migration_entry(history, entry);
  shown.space = history.space.id;
  shown.directory = entry.directory;
  for (const auto& op : package.operations) {
    shown.operations.push_back({op.raw_id, op.raw_label, op.raw_class, op.invariant_id});
  }
  const auto note = [&](const std::function<void()>& attempt) {
    if (auto problem = diagnosed(attempt)) out.diagnostics.push_back(std::move(*problem));
  };
  note([&] { check_integrity(package); });
  const std::vector<Operation> operations = typed_operations(package);
  note([&] { require_filled(operations, package.directory + "/ops.json"); });
  note([&] { add_costs(package, operations, p.server_version, shown); });
  shown.placeholders = placeholders(operations);
  shown.commit_groups = commit_groups(operations);
  shown.preview = preview(operations);
  out.summary = package.name + " in " + shown.space + ": " + counted(package.operations.size(), "operation");
  return out;
}

}  // namespace plinth
