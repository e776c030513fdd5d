#include "rpc/history.h"

#include <map>

#include "planner/reference.h"
#include "runner/store.h"

namespace plinth {
namespace {

Graph graph_of(const std::vector<Package>& packages) {
  std::vector<Edge> edges;
  for (const auto& p : packages) {
    const bool has_data = std::any_of(p.operations.begin(), p.operations.end(),
                                      [](const RawSql& op) { return op.raw_class == OperationClass::data; });
    edges.push_back({node_of(p.manifest.from), node_of(p.manifest.to), p.manifest.migration_hash, p.manifest.created_at,
                     p.name, p.manifest.provided_invariants, has_data});
  }
  return Graph(std::move(edges));
}

}  // namespace

std::string node_of(const std::optional<std::string>& hash) {
  return hash ? std::string(bare_hash(*hash)) : std::string(empty_node);
}

History load_history(const std::string& migrations) {
  std::vector<Package> packages = load_packages(migrations);
  Graph graph = graph_of(packages);
  return {std::move(packages), load_refs(migrations), std::move(graph)};
}

Destination newest(const Graph& graph) {
  const LeafResult leaf = find_leaf(graph);
  if (const auto* found = std::get_if<Leaf>(&leaf); found != nullptr && found->hash) return {*found->hash, {}};
  Error e(Code::migration_ambiguous_target, "the packages do not lead to one newest contract",
          "The history is empty, branches, or runs in a circle.");
  if (const auto* ambiguous = std::get_if<AmbiguousTarget>(&leaf)) {
    std::vector<std::string> tips;
    for (const auto& b : ambiguous->branches) tips.push_back(b.tip);
    e.with("tips", tips).with("divergencePoint", ambiguous->divergence_point);
  }
  throw e;
}

Destination named(const History& history, const std::string& target) {
  const auto& refs = history.refs;
  std::map<std::string, std::string> by_name;
  for (const auto& r : refs) by_name[r.name] = bare_hash(r.hash);
  const Reference found = resolve_reference(target, history.graph, by_name);
  if (const auto* hash = std::get_if<std::string>(&found)) {
    for (const auto& r : refs) {
      if (r.name == target) return {*hash, r.invariants};
    }
    return {*hash, {}};
  }
  if (const auto* several = std::get_if<AmbiguousReference>(&found)) {
    std::vector<std::string> meanings;
    for (const auto& c : several->candidates) meanings.push_back(c.meaning);
    throw Error(Code::migration_ambiguous_target, "\"" + target + "\" may be several contracts")
        .with("candidates", meanings);
  }
  throw Error(Code::migration_unknown_ref, "\"" + target + "\" names no contract of the history")
      .with("target", target);
}

std::vector<Package> packages_on(const std::vector<Edge>& path, const std::vector<Package>& packages) {
  std::vector<Package> out;
  for (const auto& e : path) {
    for (const auto& p : packages) {
      if (p.name == e.name) out.push_back(p);
    }
  }
  return out;
}

std::vector<Package> packages_between(const History& history, const std::string& from, const std::string& to) {
  const auto path = find_path(history.graph, from, to);
  if (!path) {
    throw Error(Code::migration_path_unreachable, "no packages lead from " + from + " to " + to)
        .fix("Name two contracts of the history, the earlier one first.")
        .with("from", from)
        .with("to", to);
  }
  std::vector<Package> out = packages_on(*path, history.packages);
  for (const auto& p : out) check_integrity(p);
  return out;
}

}  // namespace plinth
