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
  /// MIGRATION.SCHEMA_VERIFY_FAILED, and those of the bookkeeping.
  DatabaseToUpgrade(Connection connection, const LaterHistory& history, const TimeLimits& limits);
  const UpgradedDatabase& outcome() const { return outcome_; }
  const std::string& identity() const { return identity_; }
  void commit();

 private:
  const Contract* later_contract(const std::string& hash, const std::string& package);
  void change(const std::optional<Marker>& marker, const TimeLimits& limits);
  void change_ledger();
  std::vector<std::string> other_spaces();
  void change_row(const Result& rows, int row);

  Connection connection_;
  const LaterHistory& history_;
  std::map<std::string, std::string> later_;  // what this database's own copies of contracts told
  std::unique_ptr<LockedDatabase> locked_;
  UpgradedDatabase outcome_;
  std::string identity_;
};

}  // namespace plinth
