#include "runner/jobs/history/migration_check.h"

#include <set>

#include "engine/names.h"
#include "planner/compare/contract_schema.h"
#include "planner/compare/control.h"
#include "planner/render/summary.h"
#include "runner/files/files.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

// The checks of Prisma Next 0.16.0, by number, and their names in Prisma 8.
enum class MigrationCheck {
  hash_mismatch,
  package_unloadable,
  unreachable_migration,
  dangling_ref,
  snapshot_hash_mismatch,
  snapshot_unparseable,
  noop_self_edge,
  orphan_space_dir,
  declared_but_unmigrated,
  head_ref_missing,
  head_ref_not_in_graph,
  ref_unreadable,
  target_mismatch,
  space_disjointness_violation,
  contract_unreadable,
  duplicate_migration_hash,
};
struct CheckRow {
  MigrationCheck check;
  std::string_view number, code, fix;
};
constexpr CheckRow check_rows[] = {
    {MigrationCheck::hash_mismatch, "001", "MIGRATION.CHECK_HASH_MISMATCH",
     "Restore the package from version control, or evaluate it with write: true if it is not applied anywhere yet."},
    {MigrationCheck::package_unloadable, "002", "MIGRATION.CHECK_PACKAGE_UNLOADABLE",
     "Restore the package from version control, or plan it again."},
    {MigrationCheck::unreachable_migration, "003", "MIGRATION.CHECK_UNREACHABLE_MIGRATION",
     "Restore the package that leads to where it starts, or delete it."},
    {MigrationCheck::dangling_ref, "004", "MIGRATION.CHECK_DANGLING_REF",
     "Set the ref to a contract of the history (setRef)."},
    {MigrationCheck::snapshot_hash_mismatch, "005", "MIGRATION.CHECK_SNAPSHOT_HASH_MISMATCH",
     "Restore the copy of the contract from version control, or plan the package again."},
    {MigrationCheck::snapshot_unparseable, "006", "MIGRATION.CHECK_SNAPSHOT_UNPARSEABLE",
     "Restore the copy of the contract from version control, or plan the package again."},
    {MigrationCheck::noop_self_edge, "007", "MIGRATION.CHECK_NOOP_SELF_EDGE",
     "Delete the package, or give it an operation that changes data."},
    {MigrationCheck::orphan_space_dir, "008", "MIGRATION.CHECK_ORPHAN_SPACE_DIR",
     "Delete the directory, or add the extension to the contract again."},
    {MigrationCheck::declared_but_unmigrated, "009", "MIGRATION.CHECK_DECLARED_BUT_UNMIGRATED",
     "Plan a migration with the tool that knows the extension: it puts the packages of the extension there."},
    {MigrationCheck::head_ref_missing, "010", "MIGRATION.CHECK_HEAD_REF_MISSING",
     "Restore refs/head.json, or plan a migration with the tool that knows the extension."},
    {MigrationCheck::head_ref_not_in_graph, "011", "MIGRATION.CHECK_HEAD_REF_NOT_IN_GRAPH",
     "Restore the packages of the extension, or its refs/head.json."},
    {MigrationCheck::ref_unreadable, "012", "MIGRATION.CHECK_REF_UNREADABLE",
     "Restore the file, or set the ref anew (setRef)."},
    {MigrationCheck::target_mismatch, "013", "MIGRATION.CHECK_TARGET_MISMATCH",
     "Take out what belongs to another database, or use the engine of that one."},
    {MigrationCheck::space_disjointness_violation, "014", "MIGRATION.CHECK_SPACE_DISJOINTNESS_VIOLATION",
     "Rename it in one of the contracts, or let one of them call it external."},
    {MigrationCheck::contract_unreadable, "015", "MIGRATION.CHECK_CONTRACT_UNREADABLE", "Emit the contract again."},
    {MigrationCheck::duplicate_migration_hash, "016", "MIGRATION.CHECK_DUPLICATE_MIGRATION_HASH",
     "Delete the copy: a package is known by its hash."},
};

class Checker {
 public:
  void fail(const std::string& space, MigrationCheck check, const std::string& where, const std::string& why) {
    const CheckRow& row = *std::find_if(std::begin(check_rows), std::end(check_rows),
                                        [&](const CheckRow& r) { return r.check == check; });
    failures.push_back({space, std::string(row.code), std::string(row.number), where, why, std::string(row.fix)});
  }
  /// Fails with what went wrong, unless nothing did.
  bool attempt(const std::string& space, MigrationCheck check, const std::string& where,
               const std::function<void()>& action) {
    const auto problem = diagnosed(action);
    if (!problem) return true;
    const bool is_of_other_target = problem->code == row(Code::contract_unsupported_target).name;
    fail(space, is_of_other_target ? MigrationCheck::target_mismatch : check, where, problem->message);
    return false;
  }
  std::vector<CheckFailure> failures;
};

// The package, where it can be read: its content and its copy of the contract.
std::optional<PackageEntry> check_package(Checker& checker, const std::string& space, const std::string& directory) {
  std::optional<Package> package;
  if (!checker.attempt(space, MigrationCheck::package_unloadable, directory,
                       [&] { package = load_package(directory); })) {
    return {};
  }
  if (package->computed_hash != package->manifest.migration_hash) {
    checker.fail(
        space, MigrationCheck::hash_mismatch, directory + "/migration.json",
        "It claims " + package->manifest.migration_hash + ", its content hashes to " + package->computed_hash + ".");
  } else {
    checker.attempt(space, MigrationCheck::package_unloadable, directory + "/migration.json",
                    [&] { check_integrity(*package); });
  }
  if (package->end_contract) {
    const std::string& file = package->end_contract_file;
    std::optional<Contract> copy;
    const bool is_read = checker.attempt(space, MigrationCheck::snapshot_unparseable, file,
                                         [&] { copy = parse_contract(*package->end_contract, file); });
    if (is_read && bare_hash(copy->stored.storage_hash) != bare_hash(package->manifest.to)) {
      checker.fail(space, MigrationCheck::snapshot_hash_mismatch, file,
                   "The package leads to " + package->manifest.to + ", its copy is " + copy->stored.storage_hash + ".");
    }
  }
  return PackageEntry{package->directory, package->name, package->manifest};
}

std::vector<Ref> check_refs(Checker& checker, const Space& space) {
  std::vector<Ref> out;
  for (const auto& file : ref_files(space.directory)) {
    checker.attempt(space.id, MigrationCheck::ref_unreadable, space.directory + "/refs/" + file,
                    [&] { out.push_back(load_ref(space.directory, file)); });
  }
  return out;
}

void check_graph(Checker& checker, const History& history) {
  const std::string& space = history.space.id;
  std::map<std::string, std::string> by_hash;
  for (const auto& p : history.packages) {
    const auto [first, is_new] = by_hash.emplace(bare_hash(p.manifest.migration_hash), p.name);
    if (is_new) continue;
    checker.fail(space, MigrationCheck::duplicate_migration_hash, p.directory,
                 "It has the hash of " + q(first->second) + ": " + p.manifest.migration_hash + ".");
  }
  std::set<std::string> unreachable;
  for (const auto& e : detect_orphans(history.graph)) unreachable.insert(e.name);
  for (const auto& e : history.graph.edges) {
    const bool nothing_leads_there =
        e.from != empty_node && history.graph.incoming[*history.graph.find(e.from)].empty();
    if (!nothing_leads_there && unreachable.count(e.name) == 0) continue;
    checker.fail(space, MigrationCheck::unreachable_migration, history.space.directory + "/" + e.name,
                 "It starts at " + contract_name(e.from) + ", where no package leads from an empty database.");
  }
  for (const auto& e : detect_idle_self_edges(history.graph)) {
    checker.fail(space, MigrationCheck::noop_self_edge, history.space.directory + "/" + e.name,
                 "It leads from " + contract_name(e.from) + " to the same contract, and no operation changes data.");
  }
}

void check_ref_targets(Checker& checker, const History& history) {
  const std::string& space = history.space.id;
  bool has_head = false;
  for (const auto& ref : history.refs) {
    const bool is_head = is_extension(history.space) && ref.name == head_ref;
    has_head |= is_head;
    const std::string node = node_of(ref.hash);
    const bool is_known = node == empty_node || history.graph.find(node).has_value();
    // An extension that only names what is there already needs no package.
    if (is_known || (is_head && history.packages.empty())) continue;
    checker.fail(space, is_head ? MigrationCheck::head_ref_not_in_graph : MigrationCheck::dangling_ref,
                 history.space.directory + "/refs/" + ref.name + ".json",
                 "It names " + ref.hash + ", where no package starts or leads.");
  }
  if (is_extension(history.space) && !has_head && !file_exists(history.space.directory + "/refs/head.json")) {
    checker.fail(space, MigrationCheck::head_ref_missing, history.space.directory + "/refs/head.json",
                 "The ref says which state of the extension the application needs.");
  }
}

// The contract at which a space should be; nothing where that is not known.
std::optional<Contract> contract_of_space(Checker& checker, const History& history,
                                          const std::optional<Contract>& application) {
  if (!is_extension(history.space) && application) return application;
  const std::string file = history.space.directory + "/contract.json";
  std::optional<Contract> out;
  if (is_extension(history.space) && file_exists(file)) {
    checker.attempt(history.space.id, MigrationCheck::contract_unreadable, file, [&] { out = load_contract(file); });
    return out;
  }
  // Where a history has several ends, or none, there is nothing to compare.
  diagnosed([&] {
    const std::string node = newest(history.graph).node;
    for (const auto& p : history.packages) {
      if (node_of(p.manifest.to) == node) out = end_contract_of(load_package(p.directory));
    }
  });
  return out;
}

// The objects that a contract looks after.
std::vector<std::string> elements_of(const Contract& contract) {
  std::vector<std::string> out;
  for (const auto& n : contract_schema(contract).namespaces) {
    for (const auto& t : n.tables) {
      if (is_managed(t)) out.push_back("table " + n.name + "." + t.name);
    }
    for (const auto& e : n.enums) out.push_back("enum " + n.name + "." + e.name);
  }
  return out;
}

// The spaces whose objects a contract uses.
std::set<std::string> spaces_mentioned(const Contract& contract) {
  std::set<std::string> out;
  for (const auto& n : contract.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& fk : t.foreign_keys) {
        if (fk.target_space) out.insert(*fk.target_space);
      }
      for (const auto& c : t.columns) {
        if (c.value_set && c.value_set->space_id) out.insert(*c.value_set->space_id);
      }
    }
  }
  return out;
}

History lenient_history(Checker& checker, const Space& space) {
  std::vector<PackageEntry> packages;
  for (const auto& directory : package_directories(space.directory)) {
    if (auto entry = check_package(checker, space.id, directory)) packages.push_back(std::move(*entry));
  }
  return make_history(space, std::move(packages), check_refs(checker, space));
}

void check_spaces(Checker& checker, const std::string& migrations, const std::optional<std::string>& only,
                  const std::optional<Contract>& contract) {
  std::map<std::string, std::string> claimed;  // an element, and the space that claims it
  std::set<std::string> ids;
  if (only) space_named(migrations, only);
  for (const auto& space : existing_spaces(migrations)) {
    ids.insert(space.id);
    if (only && space.id != *only) continue;
    const History history = lenient_history(checker, space);
    check_graph(checker, history);
    check_ref_targets(checker, history);
    if (contract && is_extension(space) && !holds(contract->extension_packs, space.id)) {
      checker.fail(space.id, MigrationCheck::orphan_space_dir, space.directory,
                   "The contract has no extension of that name.");
    }
    const auto at_end = contract_of_space(checker, history, contract);
    for (const auto& element : at_end ? elements_of(*at_end) : std::vector<std::string>()) {
      const auto [first, is_new] = claimed.emplace(element, space.id);
      if (is_new) continue;
      checker.fail(space.id, MigrationCheck::space_disjointness_violation, space.directory,
                   element + " is claimed by the space " + q(first->second) + " too.");
    }
  }
  for (const auto& id : contract ? spaces_mentioned(*contract) : std::set<std::string>()) {
    if (ids.count(id) > 0) continue;
    checker.fail(id, MigrationCheck::declared_but_unmigrated, migrations + "/" + id,
                 "The contract names objects of this space, and there is no directory of it.");
  }
}

}  // namespace

MigrationCheckResult migration_check(JobContext&, const MigrationCheckRequest& p) {
  Checker checker;
  if (p.migration) {
    const Space space = space_named(p.migrations, p.space);
    // By its directory a package is found although others are damaged.
    std::string directory = space.directory + "/" + *p.migration;
    const auto all = package_directories(space.directory);
    if (!holds(all, directory)) directory = package_named(load_history(space), *p.migration).directory;
    check_package(checker, space.id, directory);
  } else {
    std::optional<Contract> contract;
    const std::string file = p.contract && p.contract->path ? std::string(*p.contract->path) : "contract";
    if (p.contract) {
      checker.attempt(std::string(app_space), MigrationCheck::contract_unreadable, file,
                      [&] { contract = read_contract(*p.contract); });
    }
    check_spaces(checker, p.migrations, p.space, contract);
  }
  MigrationCheckResult out{checker.failures.empty(), std::move(checker.failures), {}};
  out.summary = out.ok ? "All checks passed" : counted(out.failures.size(), "failure");
  return out;
}

}  // namespace plinth
