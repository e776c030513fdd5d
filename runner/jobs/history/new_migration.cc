#include "runner/jobs/history/new_migration.h"

#include "engine/ops/by_hand/data_transform.h"
#include "planner/plan/plan.h"
#include "runner/files/files.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

// The contract that a package starts from; nothing for an empty database.
std::optional<Contract> start_of(const NewMigrationRequest& p, const std::string& directory) {
  if (path_kind(directory) == PathKind::missing && !p.from) return {};
  const History history = load_history(directory);
  if (history.packages.empty() && !p.from) return {};
  const std::string node = p.from ? named(history, *p.from).node : newest(history.graph).node;
  if (node == empty_node) return {};
  return contract_of_node(history, node);
}

}  // namespace

NewMigrationResult new_migration(JobContext&, const NewMigrationRequest& p) {
  const std::string created_at = created_at_or_now(p.created_at);
  // A directory that holds spaces is that of all of them.
  const bool holds_spaces = path_kind(p.migrations) != PathKind::missing && !spaces_in(p.migrations).empty();
  const std::string directory = holds_spaces ? space_named(p.migrations, {}).directory : std::string(p.migrations);
  const std::optional<Contract> start = start_of(p, directory);
  std::optional<Contract> end = start;
  if (p.contract) end = read_contract(*p.contract);
  if (!end) {
    throw Error(Code::rpc_invalid_params, "say which contract the package leads to",
                "There is no contract yet that it could stay at.")
        .fix("Name contract.");
  }
  DataTransform open;
  open.name = p.name;
  open.invariant_id = p.invariant;
  const std::vector<Operation> operations = {open};
  const std::optional<std::string> origin = start ? std::optional(start->stored.storage_hash) : std::nullopt;
  NewMigrationResult out{origin, end->stored.storage_hash, {}, open_slots(operations)};
  out.package = write_package({directory, p.name}, operations, origin, start ? &*start : nullptr, *end, created_at);
  return out;
}

}  // namespace plinth
