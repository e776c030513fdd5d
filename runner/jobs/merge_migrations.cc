#include "runner/jobs/merge_migrations.h"

#include "engine/contract/merge_contracts.h"
#include "engine/ops/by_hand/data_transform.h"
#include "planner/compare/contract_schema.h"
#include "planner/compare/reconcile.h"
#include "planner/plan/typed_operation.h"
#include "planner/render/script.h"
#include "runner/files/files.h"
#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

// ---- what is merged ---------------------------------------------------------------------------------------------

// The directory of the space that a state is taken from.
std::optional<std::string> space_of(const StateParam& state) {
  if (const auto* ref = get_if<RefState>(&state)) return ref->migrations;
  const auto* package = get_if<PackageState>(&state);
  if (package == nullptr) return {};
  std::string dir = package->dir;
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  const std::size_t slash = dir.find_last_of('/');
  return slash == std::string::npos ? "." : dir.substr(0, slash);
}

std::optional<History> history_of(const MergeRequest& p) {
  for (const StateParam* s : {&p.ours, &p.theirs}) {
    if (const auto space = space_of(*s)) return load_history(*space);
  }
  return {};
}

const Contract& contract_of(const State& side, const char* name) {
  if (side.contract) return *side.contract;
  throw Error(Code::rpc_invalid_params, std::string(name) + " is no contract",
              "Branches are merged by what their contracts say.")
      .fix("Name a contract, a package or a ref.");
}

// The nodes that lead to a node, itself included, with their distance. O(V + E).
std::map<std::size_t, std::size_t> ancestors(const Graph& graph, std::size_t node) {
  std::map<std::size_t, std::size_t> out = {{node, 0}};
  std::vector<std::size_t> queue = {node};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const std::size_t distance = out.at(queue[i]) + 1;
    for (const std::size_t e : graph.incoming[queue[i]]) {
      if (out.emplace(graph.ends[e].from, distance).second) queue.push_back(graph.ends[e].from);
    }
  }
  return out;
}

// The common ancestor that is nearest to both; nothing for contracts that share none.
std::optional<std::string> common_ancestor(const Graph& graph, const std::string& ours, const std::string& theirs) {
  const auto a = graph.find(ours), b = graph.find(theirs);
  if (!a || !b) return {};
  const auto of_ours = ancestors(graph, *a), of_theirs = ancestors(graph, *b);
  std::optional<std::size_t> best;
  std::size_t least = 0;
  for (const auto& [node, distance] : of_ours) {
    const auto other = of_theirs.find(node);
    if (other == of_theirs.end() || (best && distance + other->second >= least)) continue;
    best = node;
    least = distance + other->second;
  }
  return best ? std::optional(graph.nodes[*best]) : std::nullopt;
}

State state_at(const History& history, const std::string& node) {
  State out;
  if (node == empty_node) return out;
  for (const auto& p : history.packages) {
    if (node_of(p.manifest.to) != node) continue;
    out.contract = end_contract_of(load_package(p.directory));
    out.hash = out.contract->stored.storage_hash;
    out.schema = contract_schema(*out.contract);
    return out;
  }
  throw Error(Code::migration_snapshot_missing, "no package leads to " + node + ", so its contract is not known")
      .with("hash", node);
}

State find_base(JobContext& context, const MergeRequest& p, const std::optional<History>& history, const Contract& ours,
                const Contract& theirs) {
  if (p.base) return read_states(context, *p.base, EmptyState{}).first;
  if (!history) {
    throw Error(Code::rpc_invalid_params, "say what both branches started from",
                "Only the history of packages or refs tells that by itself.")
        .fix("Name base, or name ours and theirs as packages or refs of one space.");
  }
  const std::string a = node_of(ours.stored.storage_hash), b = node_of(theirs.stored.storage_hash);
  if (const auto node = common_ancestor(history->graph, a, b)) return state_at(*history, *node);
  throw Error(Code::migration_path_unreachable, "no contract of the history leads to both branches",
              "Their packages have no common beginning.")
      .fix("Name base, if the branches have one that the packages do not know.")
      .with("ours", a)
      .with("theirs", b);
}

// The operations of the packages between two contracts, if packages lead there.
std::vector<Operation> operations_between(const std::optional<History>& history, const State& base,
                                          const Contract& to) {
  std::vector<Operation> out;
  if (!history) return out;
  const std::string from = node_of(base.hash), end = node_of(to.stored.storage_hash);
  if (!history->graph.find(from) || !history->graph.find(end) || !find_path(history->graph, from, end)) return out;
  for (const auto& package : packages_between(*history, from, end)) {
    const Schema leads_to = package.end_contract ? contract_schema(end_contract_of(package)) : Schema();
    for (const auto& op : typed_operations(package)) out.push_back(as_typed(op, leads_to));
  }
  state_aims(out);
  return out;
}

// ---- the merged contract ----------------------------------------------------------------------------------------

// The contract that both lead to: the given one, or the three documents merged.
std::optional<Contract> merged_contract(const MergeRequest& p, const State& base, const Contract& ours,
                                        const Contract& theirs, MergeResult& out) {
  if (p.contract) return read_contract(*p.contract);
  const MergedContract merged = merge_contracts(base.contract ? base.contract->text : "", ours.text, theirs.text);
  const bool told = !out.conflicts.empty();  // by what it means for the database
  for (const auto& c : merged.conflicts) {
    if (told && !c.path.empty() && c.path.front() == "storage") continue;
    out.conflicts.push_back({c.path, "says " + c.ours.text, "says " + c.theirs.text,
                             "Both changed this member of the contract, to different values.",
                             "Merge the contract's source, emit it, and pass it as contract."});
  }
  return out.conflicts.empty() ? std::optional(parse_contract(merged.text)) : std::nullopt;
}

void require_merged(const Contract& contract, const Schema& merged, MergeResult& out) {
  Schema wanted = contract_schema(contract);
  reconcile(wanted, merged);
  for (const auto& issue : report(diff(wanted, merged))) {
    out.conflicts.push_back({issue.path,
                             {},
                             {},
                             "The contract differs from what both branches make: " + issue.message,
                             "Leave further changes to a plan of their own, after the merge."});
  }
}

MergeEdge edge_of(const Plan& way, const Contract& from, const Contract& to) {
  MergeEdge out;
  out.from = from.stored.storage_hash;
  out.to = to.stored.storage_hash;
  out.descriptors = descriptors(way.operations);
  out.operations = stored(way.operations);
  out.placeholders = placeholders(way.operations);
  out.hazards = way.hazards;
  out.preview = preview(way.operations);
  return out;
}

// Both packages, or none where the second one's place is taken. A branch that is there already needs none.
void write_edges(const WriteRequest& request, const std::string& at, const Merge& made, const Contract& ours,
                 const Contract& theirs, const Contract& to, MergeResult& out) {
  struct Wanted {
    const Contract& from;
    const Plan& way;
    MergeEdge& edge;
    WriteRequest request;
  };
  const std::vector<Wanted> both = {
      {ours, made.from_ours, *out.from_ours, {request.migrations, request.name + " from ours"}},
      {theirs, made.from_theirs, *out.from_theirs, {request.migrations, request.name + " from theirs"}}};
  for (const auto& w : both) {
    const std::string dir = w.request.migrations + "/" + package_directory_name(at, w.request.name);
    if (!file_exists(dir + "/migration.json")) continue;
    throw Error(Code::migration_dir_exists, dir + " exists already").at(dir);
  }
  for (const auto& w : both) {
    if (bare_hash(w.edge.from) == bare_hash(w.edge.to)) continue;
    w.edge.package = write_package(w.request, w.way.operations, w.edge.from, &w.from, to, at);
  }
}

}  // namespace

MergeResult merge_migrations(JobContext& context, const MergeRequest& p) {
  const auto write = new_package(p.write);
  const std::string at = created_at_or_now(p.created_at);
  auto [ours, theirs] = read_states(context, p.ours, p.theirs);
  const Contract &our_contract = contract_of(ours, "ours"), &their_contract = contract_of(theirs, "theirs");
  const auto history = history_of(p);
  const State base = find_base(context, p, history, our_contract, their_contract);
  MergeResult out;
  out.base = base.hash;
  out.ours = our_contract.stored.storage_hash;
  out.theirs = their_contract.stored.storage_hash;
  Merge made = merge(base.schema, {ours.schema, operations_between(history, base, our_contract)},
                     {theirs.schema, operations_between(history, base, their_contract)});
  out.conflicts = std::move(made.conflicts);
  out.warnings = std::move(made.warnings);
  const bool goes_together = out.conflicts.empty();
  const auto contract = merged_contract(p, base, our_contract, their_contract, out);
  if (goes_together && contract) require_merged(*contract, made.merged, out);
  out.ok = out.conflicts.empty();
  if (!out.ok) return out;
  out.to = contract->stored.storage_hash;
  out.contract = JsonText{contract->text};
  out.from_ours = edge_of(made.from_ours, our_contract, *contract);
  out.from_theirs = edge_of(made.from_theirs, their_contract, *contract);
  if (write) write_edges(*write, at, made, our_contract, their_contract, *contract, out);
  return out;
}

}  // namespace plinth
