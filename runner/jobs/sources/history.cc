#include "runner/jobs/sources/history.h"

#include <map>
#include <set>

#include "engine/excerpt.h"
#include "engine/names.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "planner/history/reference.h"
#include "runner/files/files.h"
#include "runner/files/store.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {
namespace {

// A package that stays at its contract does something if an operation of it changes data.
bool has_data_operation(const PackageEntry& p) {
  const Package package = load_package(p.directory);
  return std::any_of(package.operations.begin(), package.operations.end(),
                     [](const RawSql& op) { return op.raw_class == OperationClass::data; });
}

Graph graph_of(const std::vector<PackageEntry>& packages) {
  std::vector<Edge> edges;
  edges.reserve(packages.size());
  for (const auto& p : packages) {
    std::string from = node_of(p.manifest.from), to = node_of(p.manifest.to);
    const bool has_data = from == to && has_data_operation(p);
    edges.push_back({std::move(from), std::move(to), p.manifest.migration_hash, p.manifest.created_at, p.name,
                     p.manifest.provided_invariants, has_data});
  }
  return Graph(std::move(edges));
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += i == 0 ? "\"" : i + 1 == names.size() ? "\" and \"" : "\", \"";
    out += names[i];
  }
  return out + "\"";
}

Error branched(const AmbiguousTarget& target) {
  std::vector<std::string> tips, last;
  constexpr std::size_t most = 5;
  for (const auto& b : target.branches) {
    tips.push_back(b.tip);
    if (last.size() < most) last.push_back(b.edges.back().name);
  }
  if (target.branches.size() > most) last.push_back("…");
  return Error(Code::migration_ambiguous_target, "the history branches: " + quoted_list(last) + " are all newest",
               "They part after " + contract_name(target.divergence_point) + ".")
      .fix("Name the target: a ref, a package directory, or a hash; or bring the branches together (mergeMigrations).")
      .with("tips", tips)
      .with("divergencePoint", target.divergence_point);
}

std::string path_below(const std::string& directory, const std::string& name) {
  return directory + (directory.ends_with('/') ? "" : "/") + name;
}

// The name of the package that a path leads to, when it is one of the history's; the hash of the contract that a file
// holds.
std::string resolved_path(const History& history, const std::string& target) {
  if (target.ends_with(".json") && path_kind(target) == PathKind::file) {
    return std::string(bare_hash(load_contract(target).stored.storage_hash));
  }
  if (target.find('/') == std::string::npos) return target;
  for (const auto& p : history.packages) {
    if (same_directory(p.directory, target)) return p.name;
  }
  return target;
}

}  // namespace

std::string contract_name(const std::string& node) {
  return node == empty_node ? "an empty database" : "sha256:" + node;
}

std::vector<std::string> names_of(const std::vector<Edge>& edges) {
  std::vector<std::string> out;
  out.reserve(edges.size());
  for (const auto& e : edges) out.push_back(e.name);
  return out;
}

History make_history(const Space& space, std::vector<PackageEntry> packages, std::vector<Ref> refs) {
  Graph graph = graph_of(packages);
  return {space, std::move(packages), std::move(refs), std::move(graph)};
}

History load_history(const Space& space) { return load_history(space, load_refs(space.directory)); }

History load_history(const Space& space, std::vector<Ref> refs) {
  std::vector<PackageEntry> packages;
  for (const auto& directory : package_directories(space.directory)) packages.push_back(load_package_entry(directory));
  return make_history(space, std::move(packages), std::move(refs));
}

History load_history(const std::string& migrations) {
  // As if a package of this name lay there: the space is that of its directory, whatever else stands beside.
  return load_history(space_of_package(migrations + "/package"));
}

void require_space(const std::string& migrations) {
  if (path_kind(migrations) == PathKind::missing) {
    throw Error(Code::migration_file_missing, "there is no directory " + json::quote(migrations),
                "The directory of a space (migrations/app) holds a directory for each package.")
        .fix("Correct the path, or plan the first package with write.")
        .at(migrations);
  }
  const std::vector<std::string> spaces = spaces_in(migrations);
  if (spaces.empty()) return;
  const std::string usual = holds(spaces, std::string(app_space)) ? std::string(app_space) : spaces.front();
  throw Error(Code::migration_file_missing, json::quote(migrations) + " holds no packages, but directories that do",
              "It is the directory of all spaces (" + quoted_list(spaces) + "), one level too high.")
      .fix("Name the directory of a space: " + path_below(migrations, usual) + ".")
      .at(migrations)
      .with("spaces", spaces);
}

void require_packages(const std::string& migrations) {
  if (!package_directories(migrations).empty()) return;
  require_space(migrations);
  Error e(Code::migration_file_missing, json::quote(migrations) + " holds no packages",
          "The directory is that of a space (migrations/app), with a directory for each package.");
  if (file_exists(migrations + "/migration.json")) e.why("It is a package itself, not the directory of packages.");
  throw e.fix("Name the directory that the packages are in.").at(migrations);
}

std::string root_of(const Graph& graph, const std::string& from) {
  const std::vector<std::string> first = reachable_nodes(graph, empty_node);
  const bool is_below = std::find(first.begin(), first.end(), from) != first.end();
  return is_below || !graph.find(from) ? std::string(empty_node) : from;
}

Destination newest(const Graph& graph, const std::string& from) {
  const LeafResult leaf = find_leaf(graph, from);
  if (const auto* found = get_if<Leaf>(&leaf); found != nullptr && found->hash) return {*found->hash, {}};
  if (const auto* ambiguous = get_if<AmbiguousTarget>(&leaf)) throw branched(*ambiguous);
  if (holds_alternative<NoTarget>(leaf)) {
    const std::vector<std::string> closing = names_of(detect_cycles(graph));
    throw Error(Code::migration_ambiguous_target,
                "the history runs in a circle, closed by " + quoted_list(closing) + ": none of its contracts is newest",
                "Each contract leads on to another one.")
        .with("closing", closing);
  }
  throw Error(Code::migration_ambiguous_target, "no package starts at an empty database",
              "What is newest is told by the way from there; the first package may be lost.")
      .fix("Restore the first package, or name the target: a ref, a package directory, or a hash.");
}

void require_connected(const Graph& graph, const std::string& from) {
  const std::vector<std::string> here = reachable_nodes(graph, from), first = reachable_nodes(graph, empty_node);
  std::set<std::string> reached(here.begin(), here.end());
  reached.insert(first.begin(), first.end());
  std::vector<Edge> lost;
  for (auto& e : graph.edges) {
    if (reached.count(e.from) + reached.count(e.to) == 0) lost.push_back(e);
  }
  if (lost.empty()) return;
  throw Error(Code::migration_path_unreachable, "no way leads to " + quoted_list(names_of(lost)),
              "\"" + lost.front().name + "\" starts at " + contract_name(lost.front().from) +
                  ", where no other package of the directory leads.")
      .fix("Restore the packages in between, or name the target that is meant.")
      .with("packages", names_of(lost));
}

Destination named(const History& history, const std::string& given) {
  const std::string target = resolved_path(history, given);
  const auto& refs = history.refs;
  std::map<std::string, std::string> by_name;
  for (const auto& r : refs) by_name[r.name] = bare_hash(r.hash);
  const Reference found = resolve_reference(target, history.graph, by_name);
  if (const auto* hash = get_if<std::string>(&found)) {
    for (const auto& r : refs) {
      if (r.name == target) return {*hash, r.invariants};
    }
    return {*hash, {}};
  }
  if (const auto* several = get_if<AmbiguousReference>(&found)) {
    std::vector<std::string> meanings;
    for (const auto& c : several->candidates) meanings.push_back(c.meaning);
    throw Error(Code::migration_ambiguous_target, json::quote(excerpt(target)) + " may be several contracts")
        .with("candidates", meanings);
  }
  throw Error(Code::migration_unknown_ref, json::quote(excerpt(target)) + " names no contract of the history")
      .with("target", excerpt(target));
}

std::vector<Package> packages_on(const std::vector<Edge>& path, const History& history) {
  std::map<std::string_view, const PackageEntry*> by_name;
  for (const auto& p : history.packages) by_name.emplace(p.name, &p);
  std::vector<Package> out;
  out.reserve(path.size());
  for (const auto& e : path) out.push_back(load_package(by_name.at(e.name)->directory));
  return out;
}

std::vector<Package> packages_between(const History& history, const std::string& from, const std::string& to) {
  const auto path = find_path(history.graph, from, to);
  if (!path) {
    throw Error(Code::migration_path_unreachable,
                "no packages lead from " + contract_name(from) + " to " + contract_name(to))
        .fix("Name two contracts of the history, the earlier one first.")
        .with("from", from)
        .with("to", to);
  }
  std::vector<Package> out = packages_on(*path, history);
  for (const auto& p : out) check_integrity(p);
  return out;
}

}  // namespace plinth
