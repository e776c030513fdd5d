#pragma once
// The bookkeeping of a database, spelt as Prisma 8 spells it.
#include <memory>

#include "planner/history/upgrade.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/jobs/upgrade_migrations.h"

namespace plinth {

/// The history that a database is to follow.
struct LaterHistory {
  std::map<std::string, const Contract*> contracts;  // by their own hashes
  std::map<std::string, std::string> later;          // hashes by those of the earlier contracts, where they are known
  struct Package {
    std::string hash_before;  // empty where it is not known
    Manifest manifest;
  };
  std::map<std::string, Package> packages;
};

/// What tells one database from another: when its server started, and its object id there.
std::string identity_of(Connection& connection);

/// One database: locked, changed and verified in a transaction, which `commit` ends. Without it nothing is changed.
class DatabaseToUpgrade {
 public:
  /// Errors: MIGRATION.MARKER_MISMATCH for a database that follows a contract which the history does not know,
  /// MIGRATION.SCHEMA_VERIFY_FAILED, and those of the bookkeeping. O(ledger), and where hashes are told by the copies
  /// of contracts alone, O(contracts of the history · contract) for each.
  DatabaseToUpgrade(JobContext& context, Connection connection, const LaterHistory& history, const TimeLimits& limits);
  DatabaseToUpgrade(const DatabaseToUpgrade&) = delete;
  DatabaseToUpgrade& operator=(const DatabaseToUpgrade&) = delete;

  const UpgradedDatabase& outcome() const { return outcome_; }
  /// Asks whether the connection still lives. Error: DATABASE.CONNECTION_LOST.
  void require_alive();
  /// Errors: those of a COMMIT, with what to do next.
  void commit();

 private:
  const Contract* later_contract(const std::string& hash);
  const Contract* told_by_copy(const std::string& hash);
  void change(JobContext& context, const std::optional<Marker>& marker, const TimeLimits& limits);
  bool change_entry(LedgerEntry entry);
  bool give_later_hashes(LedgerEntry& entry);

  Connection connection_;
  const LaterHistory& history_;
  std::map<std::string, std::string> later_;  // what this database's own copies of contracts told
  std::vector<LedgerEntry> entries_;
  std::unique_ptr<LockedDatabase> locked_;
  UpgradedDatabase outcome_;
};

}  // namespace plinth
