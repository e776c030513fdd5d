#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"

namespace plinth {

enum class UpgradeTarget { prisma_8 };
inline constexpr Named<UpgradeTarget> upgrade_targets[] = {{"prisma-8", UpgradeTarget::prisma_8}};
constexpr const auto& names(UpgradeTarget) { return upgrade_targets; }

struct UpgradeRequest {
  FilePath migrations;  // a space's directory
  UpgradeTarget to = UpgradeTarget::prisma_8;
  std::vector<DatabaseUrl> databases;  // whose ledger and marker are spelt anew
  bool dry_run = false;
  std::optional<std::int64_t> migration_lock_timeout_ms;
  static constexpr auto fields =
      std::tuple{field("migrations", &UpgradeRequest::migrations), field("to", &UpgradeRequest::to),
                 field("databases", &UpgradeRequest::databases), defaulted("dryRun", &UpgradeRequest::dry_run),
                 field("migrationLockTimeoutMs", &UpgradeRequest::migration_lock_timeout_ms)};
};

/// Two hashes of one thing.
struct Rehashed {
  std::string name;  // of a package or a ref
  std::string before, after;
  static constexpr auto fields =
      std::tuple{field("name", &Rehashed::name), field("before", &Rehashed::before), field("after", &Rehashed::after)};
};
struct UpgradedContractHash {
  std::string before, after;
  static constexpr auto fields =
      std::tuple{field("before", &UpgradedContractHash::before), field("after", &UpgradedContractHash::after)};
};

enum class DatabaseUpgrade { upgraded, up_to_date, no_marker };
inline constexpr Named<DatabaseUpgrade> database_upgrades[] = {{"upgraded", DatabaseUpgrade::upgraded},
                                                               {"upToDate", DatabaseUpgrade::up_to_date},
                                                               {"noMarker", DatabaseUpgrade::no_marker}};
constexpr const auto& names(DatabaseUpgrade) { return database_upgrades; }

/// What became of a database, in the order of the request.
struct UpgradedDatabase {
  std::string name;
  DatabaseUpgrade outcome = DatabaseUpgrade::upgraded;
  std::optional<std::string> from, to;    // the marker
  std::int64_t ledger_rows = 0;           // that were spelt anew
  std::vector<std::string> other_spaces;  // whose markers stay
  std::vector<std::string> left;          // packages in the ledger that are not in the directory: their rows stay
  static constexpr auto fields = std::tuple{field("name", &UpgradedDatabase::name),
                                            field("outcome", &UpgradedDatabase::outcome),
                                            field("from", &UpgradedDatabase::from),
                                            field("to", &UpgradedDatabase::to),
                                            field("ledgerRows", &UpgradedDatabase::ledger_rows),
                                            field("otherSpaces", &UpgradedDatabase::other_spaces),
                                            field("left", &UpgradedDatabase::left)};
};

struct UpgradeResult {
  bool already_upgraded = false;  // the directory: databases alone were looked at
  std::vector<UpgradedContractHash> contracts;
  std::vector<Rehashed> packages, refs;
  std::vector<UpgradedDatabase> databases;
  std::optional<std::string> kept;  // where the directory lies as it was
  std::vector<std::string> warnings;
  static constexpr auto fields = std::tuple{defaulted("alreadyUpgraded", &UpgradeResult::already_upgraded),
                                            field("contracts", &UpgradeResult::contracts),
                                            field("packages", &UpgradeResult::packages),
                                            field("refs", &UpgradeResult::refs),
                                            field("databases", &UpgradeResult::databases),
                                            field("kept", &UpgradeResult::kept),
                                            field("warnings", &UpgradeResult::warnings)};
};

/// Bring a repository of Prisma Next 0.16, and databases, to Prisma 8.
UpgradeResult upgrade_migrations(JobContext& context, const UpgradeRequest& request);

}  // namespace plinth
