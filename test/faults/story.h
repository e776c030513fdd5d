#pragma once
// The database of these tests, from its contracts to its rows: users and, from version 2 on, their posts.
#include <string>
#include <vector>

#include "engine/operation.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "test/support/database.h"
#include "test/support/engine_process.h"

namespace plinth::test {

/// Contracts with their hashes. Version 2 gives users a handle that must be filled, takes their column `legacy`, and
/// adds posts with an index and a foreign key.
const std::string& contract_1();
const std::string& contract_2();
std::string hash_of(const std::string& contract);

/// A directory of migrations (`migrations/app`) with the packages of both versions, the slot of the second one filled.
class Migrations {
 public:
  Migrations();
  const std::string& path() const { return path_; }
  /// The packages' directories.
  const std::string& first() const { return first_; }
  const std::string& second() const { return second_; }

 private:
  TemporaryDirectory directory_;
  std::string path_, first_, second_;
};
/// The directory that all tests may read.
const Migrations& migrations();

/// Version 1, and the table posts of version 2.
const std::string& contract_with_posts();

/// An operation of statements without checks.
RawSql raw_operation(const std::string& id, OperationClass operation_class, const std::vector<std::string>& execute);

/// Writes a package whose operations a person wrote, from version 1 to `to`; its directory.
std::string write_package(const std::string& space, const std::string& name, const std::string& to,
                          const std::vector<RawSql>& operations);

/// A database at version 1 with rows in users.
class Populated : public Database {
 public:
  explicit Populated(int rows = 3);
};

/// All that a migration may touch, as text: tables with their columns and rows, marker, number of ledger rows.
std::string state_of(const std::string& url);
/// Waits until nobody else is connected to the database.
void await_quiet(const std::string& url);
/// Asks whether a run waits for the lock of another one: it asks again and again, in no transaction.
inline constexpr const char* waits_for_lock =
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_try_advisory_lock%' AND state = 'idle' AND pid <> "
    "pg_backend_pid()";
/// Waits until a statement has a truthy answer.
void await(const std::string& url, const std::string& sql);

/// Makes every step of a migration take some time, so that a signal finds the engine in it: DDL, updates of users, and
/// the writing of the marker.
void slow_down(const std::string& url);

}  // namespace plinth::test
