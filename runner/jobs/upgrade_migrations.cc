#include "runner/jobs/upgrade_migrations.h"

#include <deque>
#include <filesystem>

#include "runner/files/files.h"
#include "runner/files/store.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/jobs/upgrade/database_upgrade.h"
#include "runner/jobs/upgrade/upgraded_files.h"

namespace plinth {
namespace {

// Every contract of the directory, by its hash.
Contracts contracts_of(const std::string& migrations, const History& history) {
  Contracts out;
  const auto add = [&](Contract contract) {
    std::string hash(bare_hash(contract.stored.storage_hash));
    out.emplace(std::move(hash), std::move(contract));
  };
  for (const auto& p : history.packages) {
    if (out.count(std::string(bare_hash(p.manifest.to))) == 0) add(end_contract_of(p));
    if (p.manifest.from && out.count(std::string(bare_hash(*p.manifest.from))) == 0) add(*start_contract_of(p));
  }
  for (const auto& ref : history.refs) {
    if (out.count(std::string(bare_hash(ref.hash))) == 0) add(ref_contract_of(migrations, ref, history.packages));
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

LaterHistory later_history(const History& history, const Contracts& contracts) {
  LaterHistory out;
  for (const auto& [hash, contract] : contracts) out.contracts.emplace(hash, &contract);
  for (const auto& p : history.packages) out.packages[p.name] = {{}, p.manifest};
  return out;
}

void report(const UpgradedHistory& upgraded, const History& history, UpgradeResult& out) {
  const auto later = [&](const std::string& hash) {
    return upgraded.contracts.at(std::string(bare_hash(hash))).stored.storage_hash;
  };
  for (const auto& [hash, contract] : upgraded.contracts) {
    out.contracts.push_back({spelt(hash, ContractEra::prisma_next), contract.stored.storage_hash});
  }
  for (const auto& p : upgraded.packages) out.packages.push_back({p.name, p.hash_before, p.texts.migration_hash});
  for (const auto& ref : history.refs) out.refs.push_back({ref.name, ref.hash, later(ref.hash)});
}

void warn(const std::string& migrations, const UpgradedHistory& upgraded, UpgradeResult& out) {
  const std::filesystem::path space = std::filesystem::absolute(migrations).lexically_normal();
  const std::string all = (space.has_filename() ? space : space.parent_path()).parent_path().string();
  for (const auto& other : spaces_in(all)) {
    if (same_directory(all + "/" + other, migrations)) continue;
    out.warnings.push_back("the packages in " + other +
                           " are not upgraded: they come with an extension pack; take its version for Prisma 8");
  }
  for (const auto& [unused, contract] : upgraded.contracts) {
    if (contract.extension_packs.empty()) continue;
    out.warnings.push_back("contracts describe their extension packs as Prisma Next did (" +
                           contract.extension_packs.front() + ")");
    return;
  }
}

// All databases, changed but not committed.
std::deque<DatabaseToUpgrade> prepare(JobContext& context, const UpgradeRequest& p, const LaterHistory& history) {
  std::deque<DatabaseToUpgrade> out;
  TimeLimits limits;
  limits.migration_lock = p.migration_lock_timeout_ms.value_or(limits.migration_lock);
  const auto total = static_cast<std::int64_t>(p.databases.size());
  for (const auto& url : p.databases) {
    Connection connection = context.connect(url);
    const std::string identity = identity_of(connection);
    for (const auto& other : out) {
      if (other.identity() != identity) continue;
      throw Error(Code::rpc_invalid_params,
                  "params.databases: names the database " + q(other.outcome().name) + " twice")
          .with("path", "params.databases");
    }
    out.emplace_back(std::move(connection), history, limits);
    context.progress(static_cast<std::int64_t>(out.size()), total, "Prepare database " + q(out.back().outcome().name));
    context.check_cancelled();
  }
  return out;
}

void commit(std::deque<DatabaseToUpgrade>& databases, bool dry_run, UpgradeResult& out) {
  for (auto& database : databases) {
    try {
      if (!dry_run) database.commit();
    } catch (Error& e) {
      std::vector<std::string> done;
      for (const auto& d : out.databases) done.push_back(d.name);
      e.why("The directory is upgraded, and so are the databases before this one.");
      e.fix("Call upgradeMigrations again with all databases: it finds out where each one is.");
      throw e.with("database", database.outcome().name).with("upgraded", done);
    }
    const UpgradedDatabase& outcome = out.databases.emplace_back(database.outcome());
    if (outcome.other_spaces.empty()) continue;
    out.warnings.push_back("database " + q(outcome.name) + " has markers of other spaces (" +
                           outcome.other_spaces.front() + "): Prisma 8 refuses them as they are spelt");
  }
}

void write(const UpgradeRequest& p, const UpgradedHistory& upgraded, const History& history, UpgradeResult& out) {
  out.kept = kept_directory(p.migrations);
  for (const auto& [unused, contract] : upgraded.contracts) {
    keep_snapshot(p.migrations, contract, types_of_upgraded_contract());
  }
  exchange_directory(p.migrations, upgraded_files(p.migrations, upgraded, history.refs), *out.kept);
}

}  // namespace

UpgradeResult upgrade_migrations(JobContext& context, const UpgradeRequest& p) {
  require_space(p.migrations);
  const History history = load_history(p.migrations);
  if (history.refs.empty()) require_packages(history, p.migrations);
  const Contracts contracts = contracts_of(p.migrations, history);
  UpgradeResult out;
  out.already_upgraded = era_of_space(p.migrations) == ContractEra::prisma_8;
  if (out.already_upgraded) {
    const LaterHistory later = later_history(history, contracts);
    std::deque<DatabaseToUpgrade> databases = prepare(context, p, later);
    commit(databases, p.dry_run, out);
    return out;
  }
  require_free(kept_directory(p.migrations));
  const UpgradedHistory upgraded = upgrade_history(history.packages, contracts);
  report(upgraded, history, out);
  warn(p.migrations, upgraded, out);
  const LaterHistory later = later_history(upgraded);
  std::deque<DatabaseToUpgrade> databases = prepare(context, p, later);
  if (!p.dry_run) write(p, upgraded, history, out);
  commit(databases, p.dry_run, out);
  return out;
}

}  // namespace plinth
