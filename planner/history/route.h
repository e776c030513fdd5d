#pragma once
// The history of a database as a graph: contracts are its nodes, migration packages its edges. Which packages lead from
// where a database is to where it should be, and what to say when none do.
//
// Hashes are compared as they are given; callers pass the bare form (`bare_hash`), and `empty_node` for a manifest
// whose `from` is null. Parallel edges, cycles (a rollback) and self-edges (a data operation that changes no contract)
// are all legal. Every algorithm is iterative: the length of a history is bounded by memory alone.
//
// In the costs below, V is the number of contracts, E the number of packages, K the number of required invariants.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace plinth {

/// The node of a database that has no contract yet.
inline constexpr std::string_view empty_node = "empty";

/// A contract's place in the graph: its hash, bare, or `empty_node` for none.
std::string node_of(const std::optional<std::string>& hash);

/// A migration package, as far as routing is concerned.
struct Edge {
  std::string from, to;
  std::string migration_hash;
  std::string created_at;  // ISO 8601, UTC, milliseconds: text order is time order
  std::string name;        // of the package's directory
  std::vector<std::string> invariants;
  bool has_data_operation = false;  // known of self-edges alone
  bool operator==(const Edge&) const = default;
};

/// The packages of one history, indexed. Built once; do not change the members afterwards.
struct Graph {
  /// O(E log E).
  explicit Graph(std::vector<Edge> packages);

  std::vector<Edge> edges;         // as given
  std::vector<std::string> nodes;  // in order of first appearance
  struct Ends {
    std::size_t from, to;  // indices of `nodes`
  };
  std::vector<Ends> ends;  // of each edge
  /// The edges of each node. Outgoing ones stand in routing order: createdAt, then to, then migrationHash, then name.
  std::vector<std::vector<std::size_t>> outgoing, incoming;

  /// The index of a node; nothing for a hash that no package names. O(1).
  std::optional<std::size_t> find(std::string_view node) const;

 private:
  std::unordered_map<std::string, std::size_t> index_;
};

/// The shortest path; among equals the one whose first differing edge comes first in routing order. From a node to
/// itself it is empty; without a path there is no value. O(V + E).
std::optional<std::vector<Edge>> find_path(const Graph&, std::string_view from, std::string_view to);

/// The shortest path whose edges provide every required invariant. At each node edges that provide something still
/// missing go first, then routing order decides. A node may be passed again with more invariants, so a cycle is walked
/// when it provides something. O(V + E) without requirements; else O(2^K · (V + E)) when ids are spread over exclusive
/// branches, near linear in histories that people write.
std::optional<std::vector<Edge>> find_path_with_invariants(const Graph&, std::string_view from, std::string_view to,
                                                           const std::vector<std::string>& required);

/// A path, and why this one.
struct Route {
  std::string from, to;
  std::vector<Edge> path;
  /// At each step, the other edges that would still have led to the target, summed.
  std::size_t alternative_count = 0;
  /// `at <node>: <n> candidates, selected by tie-break`, for steps where several edges could provide all that was
  /// missing and routing order alone decided.
  std::vector<std::string> tie_break_reasons;
  std::vector<std::string> required_invariants;   // sorted, each once
  std::vector<std::string> satisfied_invariants;  // those of the required ones that the path provides, sorted
};
/// No edges lead there at all.
struct Unreachable {};
/// Edges lead there, but no walk of them provides every required invariant.
struct Unsatisfiable {
  std::vector<Edge> structural_path;  // the shortest path without requirements
  std::vector<std::string> missing;   // the required ids that this path does not provide, sorted
};
using Decision = std::variant<Route, Unreachable, Unsatisfiable>;

/// `find_path_with_invariants`, explained. Costs the same, and O(path · out-degree · K) for the reasons.
Decision find_path_with_decision(const Graph&, std::string_view from, std::string_view to,
                                 const std::vector<std::string>& required);

/// What a database still owes a ref: the ref's ids without those its marker has. Sorted, each once. O(n log n).
std::vector<std::string> still_required(const std::vector<std::string>& of_ref,
                                        const std::vector<std::string>& of_marker);

/// The required ids that no package provides, sorted: misspelt, or their package is gone. O(E + K log K) ids.
std::vector<std::string> unknown_invariants(const Graph&, const std::vector<std::string>& required);

/// The newest contract; no hash in a history without packages.
struct Leaf {
  std::optional<std::string> hash;
};
/// No package starts at or leads to `empty`: the first one is lost.
struct NoInitialMigration {};
/// Every contract leads on to another one: a rollback without a continuation.
struct NoTarget {
  std::vector<std::string> reachable;  // from `empty`, itself included
};
struct Branch {
  std::string tip;
  std::vector<Edge> edges;  // from the divergence point
};
/// Several contracts are newest.
struct AmbiguousTarget {
  std::string divergence_point;  // the common ancestor furthest from `empty`
  std::vector<Branch> branches;  // nearest tip first, routing order among equals
};
using LeafResult = std::variant<Leaf, NoInitialMigration, NoTarget, AmbiguousTarget>;

/// The one node reachable from a node (`empty`, unless given) that no edge leaves. A self-edge does not leave its node.
/// O(V + E); O(T · (V + E)) for T > 1 tips.
LeafResult find_leaf(const Graph&, std::string_view from = empty_node);

/// The nodes reachable from a node, itself included, nearest first. Empty for an unknown node. O(V + E).
std::vector<std::string> reachable_nodes(const Graph&, std::string_view from);

/// The edges that close a cycle in a depth-first walk. Self-edges close one. O(V + E).
std::vector<Edge> detect_cycles(const Graph&);

/// The edges whose source cannot be reached from `empty`; when no edge leaves `empty`, from the nodes that no edge
/// enters. O(V + E).
std::vector<Edge> detect_orphans(const Graph&);

/// Packages that lead from a contract to itself without a data operation: they do nothing. O(E).
std::vector<Edge> detect_idle_self_edges(const Graph&);

}  // namespace plinth
