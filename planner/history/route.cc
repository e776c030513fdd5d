#include "planner/history/route.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <tuple>

#include "engine/contract/contract.h"

namespace plinth {
namespace {

using Indices = std::vector<std::size_t>;
constexpr std::size_t nothing = std::numeric_limits<std::size_t>::max();

std::vector<std::string> sorted_unique(std::vector<std::string> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<std::string> difference(const std::vector<std::string>& sorted, const std::vector<std::string>& taken) {
  std::vector<std::string> left;
  std::set_difference(sorted.begin(), sorted.end(), taken.begin(), taken.end(), std::back_inserter(left));
  return left;
}

std::vector<Edge> edges_at(const Graph& graph, const Indices& path) {
  std::vector<Edge> out;
  out.reserve(path.size());
  for (const std::size_t e : path) out.push_back(graph.edges[e]);
  return out;
}

enum class Direction { forward, backward };

/// The nodes that the roots reach, the roots included, nearest first.
Indices flood(const Graph& graph, Indices roots, Direction direction) {
  const bool forward = direction == Direction::forward;
  std::vector<bool> seen(graph.nodes.size(), false);
  for (const std::size_t root : roots) seen[root] = true;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    for (const std::size_t e : forward ? graph.outgoing[roots[i]] : graph.incoming[roots[i]]) {
      const std::size_t next = forward ? graph.ends[e].to : graph.ends[e].from;
      if (seen[next]) continue;
      seen[next] = true;
      roots.push_back(next);
    }
  }
  return roots;
}

std::vector<bool> mask(const Graph& graph, const Indices& nodes) {
  std::vector<bool> out(graph.nodes.size(), false);
  for (const std::size_t n : nodes) out[n] = true;
  return out;
}

/// The shortest paths from one node to all others.
struct Tree {
  Indices via;       // the edge that enters a node; `nothing` for the root and for what it does not reach
  Indices distance;  // in edges; `nothing` when not reached
};

Tree shortest_paths(const Graph& graph, std::size_t root) {
  Tree tree{Indices(graph.nodes.size(), nothing), Indices(graph.nodes.size(), nothing)};
  tree.distance[root] = 0;
  Indices queue{root};
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const std::size_t e : graph.outgoing[queue[i]]) {
      const std::size_t next = graph.ends[e].to;
      if (tree.distance[next] != nothing) continue;
      tree.distance[next] = tree.distance[queue[i]] + 1;
      tree.via[next] = e;
      queue.push_back(next);
    }
  }
  return tree;
}

std::optional<Indices> path_to(const Graph& graph, const Tree& tree, std::size_t target) {
  if (tree.distance[target] == nothing) return std::nullopt;
  Indices path(tree.distance[target]);
  for (std::size_t i = path.size(); i > 0; --i) {
    path[i - 1] = tree.via[target];
    target = graph.ends[path[i - 1]].from;
  }
  return path;
}

std::optional<Indices> structural_path(const Graph& graph, std::string_view from, std::string_view to) {
  if (from == to) return Indices{};
  const auto start = graph.find(from), goal = graph.find(to);
  if (!start || !goal) return std::nullopt;
  return path_to(graph, shortest_paths(graph, *start), *goal);
}

/// Breadth first over (node, covered ids). A state is dropped when its node was reached before with all of its ids:
/// what completes the later state completes the earlier one as well, in the same number of steps and sooner in the
/// queue.
class CoveringSearch {
 public:
  CoveringSearch(const Graph& graph, const std::vector<std::string>& wanted) : graph_(graph), wanted_(wanted.size()) {
    provided_.resize(graph.edges.size());
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
      for (const std::string& id : graph.edges[e].invariants) {
        const auto it = std::lower_bound(wanted.begin(), wanted.end(), id);
        if (it != wanted.end() && *it == id) provided_[e].push_back(static_cast<std::size_t>(it - wanted.begin()));
      }
    }
    seen_.resize(graph.nodes.size());
  }

  std::optional<Indices> run(std::size_t start, std::size_t goal) {
    useful_ = mask(graph_, flood(graph_, {goal}, Direction::backward));
    if (!useful_[start]) return std::nullopt;
    enter({start, std::vector<bool>(wanted_, false), nothing, nothing});
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const State state = states_[i];
      if (state.node == goal && complete(state)) return trace(i);
      for (const bool gaining : {true, false}) {
        for (const std::size_t e : graph_.outgoing[state.node]) {
          if (useful_[graph_.ends[e].to] && gains(state, e) == gaining) enter(after(state, i, e));
        }
      }
    }
    return std::nullopt;
  }

 private:
  struct State {
    std::size_t node;
    std::vector<bool> covered;
    std::size_t parent, via;
  };

  static bool complete(const State& state) {
    return std::find(state.covered.begin(), state.covered.end(), false) == state.covered.end();
  }
  bool gains(const State& state, std::size_t edge) const {
    return std::any_of(provided_[edge].begin(), provided_[edge].end(),
                       [&](std::size_t id) { return !state.covered[id]; });
  }
  State after(const State& state, std::size_t position, std::size_t edge) const {
    State next{graph_.ends[edge].to, state.covered, position, edge};
    for (const std::size_t id : provided_[edge]) next.covered[id] = true;
    return next;
  }
  static bool includes(const std::vector<bool>& more, const std::vector<bool>& less) {
    for (std::size_t i = 0; i < less.size(); ++i) {
      if (less[i] && !more[i]) return false;
    }
    return true;
  }
  void enter(State state) {
    Indices& before = seen_[state.node];
    for (const std::size_t s : before) {
      if (includes(states_[s].covered, state.covered)) return;
    }
    before.push_back(states_.size());
    states_.push_back(std::move(state));
  }
  Indices trace(std::size_t position) const {
    Indices path;
    for (; states_[position].parent != nothing; position = states_[position].parent) {
      path.push_back(states_[position].via);
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  const Graph& graph_;
  std::size_t wanted_;
  std::vector<Indices> provided_;  // the wanted ids of each edge
  std::vector<bool> useful_;       // the nodes from which the goal can be reached
  std::vector<State> states_;      // the queue; nothing is taken out
  std::vector<Indices> seen_;      // the states of each node
};

/// `required` is sorted, each id once.
std::optional<Indices> covering_path(const Graph& graph, std::string_view from, std::string_view to,
                                     const std::vector<std::string>& required) {
  if (required.empty()) return structural_path(graph, from, to);
  const auto start = graph.find(from), goal = graph.find(to);
  if (!start || !goal || !unknown_invariants(graph, required).empty()) return std::nullopt;
  return CoveringSearch(graph, required).run(*start, *goal);
}

std::vector<std::string> provided_by(const Graph& graph, const Indices& path) {
  std::vector<std::string> ids;
  for (const std::size_t e : path) {
    ids.insert(ids.end(), graph.edges[e].invariants.begin(), graph.edges[e].invariants.end());
  }
  return sorted_unique(std::move(ids));
}

/// Fills in how many other ways there were, and where nothing but order decided.
void explain(Route& route, const Graph& graph, const Indices& path) {
  if (path.empty()) return;
  const auto leads_on = mask(graph, flood(graph, {graph.ends[path.back()].to}, Direction::backward));
  std::set<std::string, std::less<>> missing(route.required_invariants.begin(), route.required_invariants.end());
  for (const std::size_t chosen : path) {
    Indices candidates, viable;
    for (const std::size_t e : graph.outgoing[graph.ends[chosen].from]) {
      if (!leads_on[graph.ends[e].to]) continue;
      candidates.push_back(e);
      const auto& ids = graph.edges[e].invariants;
      const auto provided = [&](const std::string& id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
      if (std::all_of(missing.begin(), missing.end(), provided)) viable.push_back(e);
    }
    route.alternative_count += candidates.size() - 1;
    if (candidates.front() == chosen && viable.size() > 1 && viable.front() == chosen) {
      route.tie_break_reasons.push_back("at " + graph.edges[chosen].from + ": " + std::to_string(viable.size()) +
                                        " candidates, selected by tie-break");
    }
    for (const std::string& id : graph.edges[chosen].invariants) missing.erase(id);
  }
}

AmbiguousTarget diverged(const Graph& graph, const Tree& from_empty, const Indices& tips) {
  Indices votes(graph.nodes.size(), 0);
  for (const std::size_t tip : tips) {
    for (const std::size_t ancestor : flood(graph, {tip}, Direction::backward)) ++votes[ancestor];
  }
  std::size_t deepest = *graph.find(empty_node);
  for (std::size_t n = 0; n < votes.size(); ++n) {
    const bool common = votes[n] == tips.size() && from_empty.distance[n] != nothing;
    if (common && from_empty.distance[n] > from_empty.distance[deepest]) deepest = n;
  }
  AmbiguousTarget out{graph.nodes[deepest], {}};
  const Tree tree = shortest_paths(graph, deepest);
  for (const std::size_t tip : tips) {
    out.branches.push_back({graph.nodes[tip], edges_at(graph, *path_to(graph, tree, tip))});
  }
  return out;
}

std::vector<std::string> names_of(const Graph& graph, const Indices& nodes) {
  std::vector<std::string> out;
  out.reserve(nodes.size());
  for (const std::size_t n : nodes) out.push_back(graph.nodes[n]);
  return out;
}

}  // namespace

std::string node_of(const std::optional<std::string>& hash) {
  return hash ? std::string(bare_hash(*hash)) : std::string(empty_node);
}

Graph::Graph(std::vector<Edge> packages) : edges(std::move(packages)) {
  const auto intern = [&](const std::string& name) {
    const auto [it, is_new] = index_.try_emplace(name, nodes.size());
    if (is_new) nodes.push_back(name);
    return it->second;
  };
  for (const Edge& e : edges) {
    const std::size_t from = intern(e.from);
    ends.push_back({from, intern(e.to)});
  }
  outgoing.resize(nodes.size());
  incoming.resize(nodes.size());
  for (std::size_t e = 0; e < edges.size(); ++e) {
    outgoing[ends[e].from].push_back(e);
    incoming[ends[e].to].push_back(e);
  }
  const auto before = [&](std::size_t l, std::size_t r) {
    const auto key = [](const Edge& e) { return std::tie(e.created_at, e.to, e.migration_hash, e.name); };
    return key(edges[l]) < key(edges[r]);
  };
  for (Indices& list : outgoing) std::stable_sort(list.begin(), list.end(), before);
}

std::optional<std::size_t> Graph::find(std::string_view node) const {
  const auto it = index_.find(std::string(node));
  return it == index_.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::vector<Edge>> find_path(const Graph& graph, std::string_view from, std::string_view to) {
  return find_path_with_invariants(graph, from, to, {});
}

std::optional<std::vector<Edge>> find_path_with_invariants(const Graph& graph, std::string_view from,
                                                           std::string_view to,
                                                           const std::vector<std::string>& required) {
  const auto path = covering_path(graph, from, to, sorted_unique(required));
  return path ? std::optional(edges_at(graph, *path)) : std::nullopt;
}

Decision find_path_with_decision(const Graph& graph, std::string_view from, std::string_view to,
                                 const std::vector<std::string>& required) {
  const auto wanted = sorted_unique(required);
  const auto path = covering_path(graph, from, to, wanted);
  if (!path) {
    const auto structural = structural_path(graph, from, to);
    if (!structural) return Unreachable{};
    return Unsatisfiable{edges_at(graph, *structural), difference(wanted, provided_by(graph, *structural))};
  }
  Route route{std::string(from), std::string(to), edges_at(graph, *path), 0, {}, wanted, wanted};
  explain(route, graph, *path);
  return route;
}

std::vector<std::string> still_required(const std::vector<std::string>& of_ref,
                                        const std::vector<std::string>& of_marker) {
  return difference(sorted_unique(of_ref), sorted_unique(of_marker));
}

std::vector<std::string> unknown_invariants(const Graph& graph, const std::vector<std::string>& required) {
  std::set<std::string, std::less<>> unknown(required.begin(), required.end());
  for (const Edge& e : graph.edges) {
    for (const std::string& id : e.invariants) unknown.erase(id);
  }
  return {unknown.begin(), unknown.end()};
}

LeafResult find_leaf(const Graph& graph, std::string_view from) {
  if (graph.nodes.empty()) return Leaf{};
  const auto root = graph.find(from);
  if (!root) return NoInitialMigration{};
  if (graph.nodes.size() == 1) return Leaf{};
  const Indices reached = flood(graph, {*root}, Direction::forward);
  Indices tips;
  for (const std::size_t n : reached) {
    const auto stays = [&](std::size_t e) { return graph.ends[e].to == n; };
    if (std::all_of(graph.outgoing[n].begin(), graph.outgoing[n].end(), stays)) tips.push_back(n);
  }
  if (tips.empty()) return NoTarget{names_of(graph, reached)};
  if (tips.size() == 1) return Leaf{graph.nodes[tips.front()]};
  return diverged(graph, shortest_paths(graph, *root), tips);
}

std::vector<std::string> reachable_nodes(const Graph& graph, std::string_view from) {
  const auto root = graph.find(from);
  if (!root) return {};
  return names_of(graph, flood(graph, {*root}, Direction::forward));
}

std::vector<Edge> detect_cycles(const Graph& graph) {
  enum class Color { white, on_stack, done };
  struct Visit {
    std::size_t node, next = 0;  // the next outgoing edge to look at
  };
  std::vector<Color> color(graph.nodes.size(), Color::white);
  Indices closing;
  for (std::size_t root = 0; root < graph.nodes.size(); ++root) {
    std::vector<Visit> stack;
    const auto push = [&](std::size_t node) {
      color[node] = Color::on_stack;
      stack.push_back({node});
    };
    if (color[root] == Color::white) push(root);
    while (!stack.empty()) {
      Visit& top = stack.back();
      if (top.next == graph.outgoing[top.node].size()) {
        color[top.node] = Color::done;
        stack.pop_back();
        continue;
      }
      const std::size_t edge = graph.outgoing[top.node][top.next++];
      const std::size_t to = graph.ends[edge].to;
      if (color[to] == Color::on_stack) closing.push_back(edge);
      if (color[to] == Color::white) push(to);
    }
  }
  return edges_at(graph, closing);
}

std::vector<Edge> detect_orphans(const Graph& graph) {
  Indices roots;
  const auto empty = graph.find(empty_node);
  if (empty && !graph.outgoing[*empty].empty()) {
    roots.push_back(*empty);
  } else {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      if (graph.incoming[n].empty()) roots.push_back(n);
    }
  }
  const auto reached = mask(graph, flood(graph, roots, Direction::forward));
  Indices orphans;
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    if (!reached[graph.ends[e].from]) orphans.push_back(e);
  }
  return edges_at(graph, orphans);
}

std::vector<Edge> detect_idle_self_edges(const Graph& graph) {
  std::vector<Edge> idle;
  std::copy_if(graph.edges.begin(), graph.edges.end(), std::back_inserter(idle),
               [](const Edge& e) { return e.from == e.to && !e.has_data_operation; });
  return idle;
}

}  // namespace plinth
