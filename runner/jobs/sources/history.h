#pragma once
// A space's directory as a history: packages, refs, the graph of them.
#include "planner/history/route.h"
#include "runner/files/store.h"

namespace plinth {

/// What the files of a space say of its packages without their operations: a package is read where it is needed.
struct History {
  Space space;
  std::vector<PackageEntry> packages;
  std::vector<Ref> refs;
  Graph graph;
};

/// A history of what was read otherwise. O(E log E).
History make_history(const Space& space, std::vector<PackageEntry> packages, std::vector<Ref> refs);

/// Reads a space, or a space's directory (`migrations/app`). O(packages).
History load_history(const Space& space);
History load_history(const Space& space, std::vector<Ref> refs);
History load_history(const std::string& migrations);

/// The packages of edges, by their names.
std::vector<std::string> names_of(const std::vector<Edge>& edges);

/// A contract for a message: `sha256:…`, or `an empty database`.
std::string contract_name(const std::string& node);

/// A contract of the history, with what it requires of the way there.
struct Destination {
  std::string node;
  std::vector<std::string> required;
};
/// Errors: MIGRATION.FILE_MISSING for a directory that is not there, or that holds spaces (`migrations` in the place of
/// `migrations/app`).
void require_space(const std::string& migrations);
/// The same, and for a space that has no packages.
void require_packages(const std::string& migrations);
/// Where the history of a database at `from` begins: at an empty database, or, where nothing leads from there to
/// `from`, at `from` itself, whose earlier packages were never here (a database that another tool signed).
std::string root_of(const Graph& graph, const std::string& from);
/// The one newest contract on the ways from a contract. Error: MIGRATION.AMBIGUOUS_TARGET.
Destination newest(const Graph& graph, const std::string& from = std::string(empty_node));
/// A run to the newest contract must not ignore packages that are cut off from it: those between contracts that neither
/// an empty database nor `from` leads to are MIGRATION.PATH_UNREACHABLE.
void require_connected(const Graph& graph, const std::string& from);
/// The contract that a text names: a ref, a package, a hash. Errors: MIGRATION.AMBIGUOUS_TARGET, MIGRATION.UNKNOWN_REF.
Destination named(const History& history, const std::string& target);

/// The packages of a path, read, in its order. O(packages). Errors: those of `load_package`.
std::vector<Package> packages_on(const std::vector<Edge>& path, const History& history);

/// The packages of the shortest way between two contracts, checked against their hashes.
/// Error: MIGRATION.PATH_UNREACHABLE.
std::vector<Package> packages_between(const History& history, const std::string& from, const std::string& to);

}  // namespace plinth
