#include "runner/jobs/sources/routing.h"

#include "engine/names.h"

namespace plinth {
namespace {

void require_known_marker(const History& history, const std::optional<Marker>& marker) {
  const std::string from = node_at(marker);
  const Graph& graph = history.graph;
  if (graph.find(from)) return;
  std::vector<std::string> starts;
  for (const auto& e : graph.edges) starts.push_back(e.name + " starts at " + contract_name(e.from));
  constexpr std::size_t most = 5;
  if (starts.size() > most) starts.resize(most);
  Error e(Code::migration_marker_mismatch,
          "the database is at " + (marker ? marker->core_hash : "no contract") + ", which no package knows",
          "It was migrated with packages that are not here.");
  const bool is_earlier = marker && era_of_hash(marker->core_hash) == ContractEra::prisma_next &&
                          !history.packages.empty() &&
                          era_of_hash(history.packages.back().manifest.to) == ContractEra::prisma_8;
  if (is_earlier) {
    e.why("It follows packages of Prisma Next, the directory holds those of Prisma 8.");
    e.fix("If the directory was brought to Prisma 8 by upgradeMigrations, call that again and name this database.");
  }
  throw e.with("marker", from).with("packages", starts).with("reachable", reachable_nodes(graph, empty_node));
}

// What no package provides and the database does not have either: it is misspelt, or its package is gone.
void require_known_invariants(const History& history, const std::vector<std::string>& required) {
  const std::vector<std::string> unknown = unknown_invariants(history.graph, required);
  if (unknown.empty()) return;
  throw Error(Code::migration_unknown_invariant,
              "no package provides the invariant " + q(unknown.front()) + ", which the target requires")
      .with("unknown", unknown);
}

}  // namespace

std::string node_at(const std::optional<Marker>& marker) {
  return node_of(marker ? std::optional(marker->core_hash) : std::nullopt);
}

Destination target_of(const History& history, const std::optional<std::string>& reference,
                      const std::optional<Marker>& marker) {
  if (reference) return named(history, *reference);
  if (is_extension(history.space)) {
    for (const auto& ref : history.refs) {
      if (ref.name == head_ref) return {node_of(ref.hash), ref.invariants};
    }
  }
  if (marker) require_known_marker(history, marker);
  const std::string from = node_at(marker);
  Destination out = newest(history.graph, root_of(history.graph, from));
  require_connected(history.graph, from);
  return out;
}

std::vector<std::string> missing_invariants(const Destination& target, const std::optional<Marker>& marker) {
  return still_required(target.required, marker ? marker->invariants : std::vector<std::string>{});
}

std::vector<Edge> route(const History& history, const std::optional<Marker>& marker, const Destination& target) {
  const std::string from = node_at(marker);
  const auto required = missing_invariants(target, marker);
  if (from == target.node && required.empty()) return {};
  require_known_marker(history, marker);
  require_known_invariants(history, required);
  const Decision decision = find_path_with_decision(history.graph, from, target.node, required);
  if (const auto* unmet = get_if<Unsatisfiable>(&decision)) {
    throw Error(Code::migration_no_invariant_path, "no way to the target provides all that it requires")
        .with("missing", unmet->missing)
        .with("structuralPath", names_of(unmet->structural_path));
  }
  const auto* found = get_if<Route>(&decision);
  if (found == nullptr) {
    Error e(Code::migration_path_unreachable, "no packages lead from " + contract_name(from) +
                                                  ", where the database is, to " + contract_name(target.node));
    if (find_path(history.graph, target.node, from)) {
      e.why("The target comes before it. Nothing is ever taken back without a package that says how.");
      e.fix(
          "Write the way back with invertMigration, once for each package, and apply that; or plan a package from this "
          "database to the target.");
    }
    throw e.with("from", from).with("to", target.node);
  }
  return found->path;
}

}  // namespace plinth
