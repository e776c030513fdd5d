#include "runner/jobs/upgrade_migrations.h"

#include <deque>
#include <filesystem>
#include <set>

#include "planner/compare/contract_schema.h"
#include "planner/compare/control.h"
#include "runner/files/files.h"
#include "runner/files/store.h"
#include "runner/introspect/introspect.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/jobs/sources/state.h"
#include "runner/jobs/upgrade/database_upgrade.h"
#include "runner/jobs/upgrade/upgraded_files.h"

namespace plinth {
namespace {

// The directory to upgrade, with all that its packages hold.
struct Directory {
  std::vector<Package> packages;
  std::vector<Ref> refs;
};

// Every contract of the directory, by its hash. The texts of the packages are given back.
Contracts contracts_of(const std::string& migrations, Directory& history) {
  Contracts out;
  const auto add = [&](Contract contract) {
    std::string hash(bare_hash(contract.stored.storage_hash));
    out.emplace(std::move(hash), std::move(contract));
  };
  for (auto& p : history.packages) {
    if (out.count(std::string(bare_hash(p.manifest.to))) == 0) add(end_contract_of(p));
    if (p.manifest.from && out.count(std::string(bare_hash(*p.manifest.from))) == 0) add(*start_contract_of(p));
    p.start_contract.reset();
    p.end_contract.reset();
  }
  for (const auto& ref : history.refs) {
    const std::string hash(bare_hash(ref.hash));
    if (hash != empty_node && out.count(hash) == 0) add(ref_contract_of(migrations, ref));
  }
  return out;
}

LaterHistory later_history(const UpgradedHistory& upgraded) {
  LaterHistory out;
  for (const auto& [hash, contract] : upgraded.contracts) {
    out.contracts.emplace(contract.stored.storage_hash, &contract);
    out.later.emplace(hash, contract.stored.storage_hash);
  }
  for (const auto& p : upgraded.packages) out.packages[p.name] = {p.hash_before, p.manifest};
  return out;
}

// Contracts of the releases between Prisma Next 0.16 and Prisma 8 have the hashes of the one and indexes of the other.
void require_later_form(const Contract& contract) {
  for (const auto& n : contract.namespaces) {
    for (const auto& t : n.tables) {
      const bool early =
          std::any_of(t.indexes.begin(), t.indexes.end(), [](const ContractIndex& i) { return !i.states_unique; }) ||
          std::any_of(t.checks.begin(), t.checks.end(), [](const ContractCheck& c) { return !c.expression; });
      if (!early) continue;
      throw Error(
          Code::migration_not_upgradable,
          "the contract " + contract.stored.storage_hash + " is of a release between Prisma Next 0.16 and Prisma 8",
          "Its indexes and checks have the earlier form, its hashes the later one.")
          .fix("Bring the repository to Prisma 8 as its upgrade notes say.")
          .at(contract.file);
    }
  }
}

// A directory that was upgraded before.
LaterHistory later_history(const Directory& history, const Contracts& contracts) {
  LaterHistory out;
  for (const auto& [hash, contract] : contracts) {
    require_later_form(contract);
    out.contracts.emplace(hash, &contract);
  }
  for (const auto& p : history.packages) out.packages[p.name] = {{}, p.manifest};
  return out;
}

// What was is still told by what was kept, as far as the directory holds the same packages and refs.
void learn_from_kept(const std::string& migrations, const Directory& history, LaterHistory& later) {
  const std::string kept = kept_directory(migrations);
  if (!directory_exists(kept)) return;
  const auto learn = [&](const Contract& earlier, const std::string& hash) {
    const auto contract = later.contracts.find(hash);
    if (contract == later.contracts.end() || !becomes(earlier, *contract->second)) return false;
    later.later.emplace(bare_hash(earlier.stored.storage_hash), hash);
    return true;
  };
  const std::vector<Package> packages = load_packages(kept);
  for (const auto& p : packages) {
    const auto found = later.packages.find(p.name);
    const std::string file = "/" + p.name + "/ops.json";
    if (found == later.packages.end() || read_file(kept + file) != read_file(migrations + file)) continue;
    if (p.manifest.from) learn(*start_contract_of(p), found->second.manifest.from.value_or(""));
    if (learn(end_contract_of(p), found->second.manifest.to)) found->second.hash_before = p.manifest.migration_hash;
  }
  for (const auto& ref : load_refs(kept)) {
    for (const auto& now : history.refs) {
      if (now.name == ref.name && bare_hash(ref.hash) != empty_node) {
        learn(ref_contract_of(kept, ref), now.hash);
      }
    }
  }
}

void require_place_to_keep(const std::string& migrations) {
  const std::string kept = kept_directory(migrations);
  const std::string beside = std::filesystem::path(kept).parent_path().parent_path().string();
  if (!on_one_file_system(migrations, beside)) {
    throw Error(Code::migration_not_upgradable, migrations + " is on another file system than " + beside,
                "The directory is exchanged for one that is made there.")
        .fix("Upgrade a copy of the repository that is on one file system.")
        .at(migrations);
  }
  if (directory_exists(kept) && era_of_space(kept) == ContractEra::prisma_8) {
    throw Error(Code::migration_dir_exists, kept + " holds what an upgrade has not finished",
                "It was ended before it exchanged the directories.")
        .fix("Remove it, unless another upgrade is running; all that is in it was made by the upgrade.")
        .at(kept);
  }
  require_free(kept);
}

// What was read is what is there, and what will be written has the hash that was computed for it.
void require_unchanged(const std::string& migrations, const std::vector<std::string>& entries, const Directory& history,
                       const UpgradedHistory& upgraded) {
  const auto same_ref = [](const Ref& a, const Ref& b) {
    return a.name == b.name && a.hash == b.hash && a.invariants == b.invariants;
  };
  const std::vector<Ref> refs = load_refs(migrations);
  bool same = entries_below(migrations) == entries &&
              std::equal(refs.begin(), refs.end(), history.refs.begin(), history.refs.end(), same_ref);
  for (std::size_t i = 0; same && i < history.packages.size(); ++i) {
    const Package& p = history.packages[i];
    const std::string operations = read_file(p.directory + "/ops.json");
    const PackageHash now = hash_package(p.directory, read_file(p.directory + "/migration.json"), operations);
    const PackageHash later = hash_package(p.directory, upgraded.packages[i].manifest_text, operations);
    same = now.computed == p.computed_hash && now.stored == p.manifest.migration_hash && later.computed == later.stored;
  }
  if (same) return;
  throw Error(Code::migration_not_upgradable, migrations + " has changed since it was read",
              "Somebody else works on it.")
      .fix("Upgrade again.")
      .at(migrations);
}

void report(const UpgradedHistory& upgraded, const Directory& history, UpgradeResult& out) {
  for (const auto& [hash, contract] : upgraded.contracts) {
    out.contracts.push_back({spelt(hash, ContractEra::prisma_next), contract.stored.storage_hash});
  }
  for (const auto& p : upgraded.packages) out.packages.push_back({p.name, p.hash_before, p.manifest.migration_hash});
  for (const auto& ref : history.refs) out.refs.push_back({ref.name, ref.hash, upgraded.later(ref.hash)});
}

// Names of which nobody can be sure: those that raw SQL may have changed, and those of tables that others made.
void warn_of_guesses(const Directory& history, const Contracts& contracts, UpgradeResult& out) {
  std::set<std::string> tables;
  for (const auto& [unused, contract] : contracts) {
    for (const auto& n : contract_schema(contract).namespaces) {
      for (const auto& t : n.tables) {
        if (!is_managed(t) && !t.indexes.empty()) tables.insert(n.name + "." + t.name);
      }
    }
  }
  for (const auto& table : tables) {
    out.warnings.push_back("table " + table +
                           " is looked after by somebody else: name a database, which tells the names of its indexes");
  }
  for (const auto& [package, labels] : opaque_operations(history.packages, contracts)) {
    out.warnings.push_back("what " + q(labels.front()) + " of package " + package +
                           " did is not known: name a database that has run it, which tells the names of its indexes");
  }
}

void warn(const std::string& migrations, const Contracts& contracts, UpgradeResult& out) {
  const std::string all = std::filesystem::path(migrations).parent_path().string();
  for (const auto& other : spaces_in(all)) {
    if (same_directory(all + "/" + other, migrations)) continue;
    out.warnings.push_back("the packages in " + other +
                           " are not upgraded: they come with an extension pack; take its version for Prisma 8");
  }
  std::set<std::string> packs;
  for (const auto& [unused, contract] : contracts) {
    packs.insert(contract.extension_packs.begin(), contract.extension_packs.end());
  }
  for (const auto& pack : packs) {
    out.warnings.push_back("the extension pack " + pack + " is described as Prisma Next described it");
  }
}

// A database of the request, connected.
struct Candidate {
  std::size_t position;
  std::string identity;
  Connection connection;
};

// In an order of their own, so that two calls do not wait for each other.
std::vector<Candidate> connect(JobContext& context, const std::vector<DatabaseUrl>& urls) {
  std::vector<Candidate> out;
  for (const auto& url : urls) {
    Connection connection = context.connect(url);
    std::string identity = identity_of(connection);
    out.push_back({out.size(), std::move(identity), std::move(connection)});
  }
  std::sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) { return a.identity < b.identity; });
  const auto twice = std::adjacent_find(
      out.begin(), out.end(), [](const Candidate& a, const Candidate& b) { return a.identity == b.identity; });
  if (twice == out.end()) return out;
  throw Error(Code::rpc_invalid_params, "params.databases: the database " +
                                            q(twice->connection.run(Sql("SELECT current_database()")).at(0, 0)) +
                                            " is named twice")
      .with("path", "params.databases");
}

// The schemas of databases that follow contracts of the directory.
LiveSchemas live_schemas(std::vector<Candidate>& candidates, const Contracts& contracts) {
  LiveSchemas out;
  for (auto& c : candidates) {
    const auto marker = read_marker(c.connection, app_space);
    const auto contract = marker ? contracts.find(std::string(bare_hash(marker->core_hash))) : contracts.end();
    if (contract == contracts.end()) continue;
    const std::vector<std::string> schemas = schema_names(contract_schema(contract->second));
    if (!schemas.empty()) out.emplace_back(contract->first, introspect(c.connection, {schemas}).schema);
  }
  return out;
}

// All databases, changed but not committed.
class Databases {
 public:
  Databases(JobContext& context, std::vector<Candidate> candidates, const LaterHistory& history,
            const TimeLimits& limits) {
    const auto total = static_cast<std::int64_t>(candidates.size());
    for (auto& c : candidates) {
      databases_.emplace_back(context, std::move(c.connection), history, limits);
      positions_.push_back(c.position);
      context.progress(static_cast<std::int64_t>(databases_.size()), total,
                       "Prepare database " + q(databases_.back().outcome().name));
      context.check_cancelled();
    }
  }

  void require_alive() {
    for (auto& database : databases_) database.require_alive();
  }

  void commit(bool dry_run, UpgradeResult& out) {
    out.databases.resize(databases_.size());
    for (std::size_t i = 0; i < databases_.size(); ++i) {
      if (!dry_run) databases_[i].commit();
      const UpgradedDatabase& outcome = out.databases[positions_[i]] = databases_[i].outcome();
      if (outcome.other_spaces.empty()) continue;
      out.warnings.push_back("database " + q(outcome.name) + " has markers of other spaces (" +
                             outcome.other_spaces.front() + "): Prisma 8 refuses them as they are spelt");
    }
  }

 private:
  std::deque<DatabaseToUpgrade> databases_;
  std::vector<std::size_t> positions_;
};

// The path of a space without links and detours. A space that is a link has its store where nobody looks for it.
std::string place_of(const std::string& migrations) {
  std::filesystem::path path = std::filesystem::absolute(migrations).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (std::filesystem::is_symlink(path)) {
    throw Error(Code::migration_not_upgradable, migrations + " is a link", "The directory itself is exchanged.")
        .fix("Put the directory itself in the place of the link.")
        .at(migrations);
  }
  return std::filesystem::canonical(path).string();
}

}  // namespace

UpgradeResult upgrade_migrations(JobContext& context, const UpgradeRequest& p) {
  require_space(p.migrations);
  const std::string migrations = place_of(p.migrations);
  const std::vector<std::string> entries = entries_below(migrations);
  Directory history{load_packages(migrations), load_refs(migrations)};
  if (history.refs.empty()) require_packages(migrations);
  const Contracts contracts = contracts_of(migrations, history);
  std::vector<Candidate> candidates = connect(context, p.databases);
  TimeLimits limits;
  limits.migration_lock = p.migration_lock_timeout_ms.value_or(limits.migration_lock);
  UpgradeResult out;
  out.already_upgraded = era_of_space(migrations) == ContractEra::prisma_8;
  if (out.already_upgraded) {
    LaterHistory later = later_history(history, contracts);
    if (!candidates.empty()) learn_from_kept(migrations, history, later);
    Databases(context, std::move(candidates), later, limits).commit(p.dry_run, out);
    return out;
  }
  require_place_to_keep(migrations);
  const UpgradedHistory upgraded = upgrade_history(history.packages, contracts, live_schemas(candidates, contracts));
  context.check_cancelled();
  report(upgraded, history, out);
  warn(migrations, contracts, out);
  if (p.databases.empty()) warn_of_guesses(history, contracts, out);
  const DirectoryContent content = upgraded_content(upgraded, history.refs, entries);
  const LaterHistory later = later_history(upgraded);
  Databases databases(context, std::move(candidates), later, limits);
  require_unchanged(migrations, entries, history, upgraded);
  databases.require_alive();
  if (!p.dry_run) {
    write_upgrade(migrations, upgraded, content);
    out.kept = kept_directory(migrations);
  }
  databases.commit(p.dry_run, out);
  return out;
}

}  // namespace plinth
