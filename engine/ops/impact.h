#pragma once
// What an operation costs a database in use: the locks it takes, the work it does under them, what is lost.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/schema/schema.h"

namespace plinth {

/// The table-level locks of Postgres, from weak to strong. Reads wait for `access_exclusive` alone, writes for `share`
/// and whatever is stronger.
enum class LockLevel {
  access_share,
  row_share,
  row_exclusive,
  share_update_exclusive,
  share,
  share_row_exclusive,
  exclusive,
  access_exclusive
};
inline constexpr Named<LockLevel> lock_levels[] = {{"accessShare", LockLevel::access_share},
                                                   {"rowShare", LockLevel::row_share},
                                                   {"rowExclusive", LockLevel::row_exclusive},
                                                   {"shareUpdateExclusive", LockLevel::share_update_exclusive},
                                                   {"share", LockLevel::share},
                                                   {"shareRowExclusive", LockLevel::share_row_exclusive},
                                                   {"exclusive", LockLevel::exclusive},
                                                   {"accessExclusive", LockLevel::access_exclusive}};
constexpr const auto& names(LockLevel) { return lock_levels; }

/// A lock on a table, or on an index where the statement locks nothing else. It is held until the transaction ends.
struct Lock {
  Name relation;
  LockLevel level = LockLevel::access_exclusive;
  bool operator==(const Lock&) const = default;
  static constexpr auto fields = std::tuple{field("relation", &Lock::relation), field("level", &Lock::level)};
};

/// What the statements of an operation do to a database that others use meanwhile. Only relations that exist before are
/// named; the first lock is that of the relation which the statement itself names. Sources: the locks, rewrites and
/// scans that were measured on Postgres 12 to 18, where they are the same in all versions.
struct Impact {
  std::vector<Lock> locks;
  std::vector<Name> rewrites;          // tables of which every row is written anew, under these locks
  std::vector<std::string> rebuilds;   // indexes that are built anew
  std::vector<Name> scans;             // tables of which every row is read, under these locks
  std::optional<std::string> loses;    // data that is gone afterwards
  std::optional<std::string> breaks;   // queries that fail from now on
  std::optional<std::string> reveals;  // rows that others see, or no longer see, from now on
  std::optional<std::string> fails;    // what the rows or the server may refuse it for
  std::optional<std::string> commits;  // why a COMMIT must follow
  std::optional<std::string> safer;    // a way that holds up others less
  bool online = false;                 // whether an online plan goes that way
  bool operator==(const Impact&) const = default;
  static constexpr auto fields = std::tuple{
      field("locks", &Impact::locks),     field("rewrites", &Impact::rewrites), field("rebuilds", &Impact::rebuilds),
      field("scans", &Impact::scans),     field("loses", &Impact::loses),       field("breaks", &Impact::breaks),
      field("reveals", &Impact::reveals), field("mayFail", &Impact::fails),     field("needsCommit", &Impact::commits),
      field("safer", &Impact::safer),     field("online", &Impact::online)};
};

enum class HazardKind {
  data_loss,
  table_rewrite,
  table_scan,
  blocks_reads,   // and writes, for as long as rows are read or written
  blocks_writes,  // for as long as rows are read
  locks_others,   // for a moment, tables that the statement does not name
  breaks_queries,
  changes_visibility,
  may_fail,
  needs_commit
};
inline constexpr Named<HazardKind> hazard_kinds[] = {{"dataLoss", HazardKind::data_loss},
                                                     {"tableRewrite", HazardKind::table_rewrite},
                                                     {"tableScan", HazardKind::table_scan},
                                                     {"blocksReads", HazardKind::blocks_reads},
                                                     {"blocksWrites", HazardKind::blocks_writes},
                                                     {"locksOthers", HazardKind::locks_others},
                                                     {"breaksQueries", HazardKind::breaks_queries},
                                                     {"changesVisibility", HazardKind::changes_visibility},
                                                     {"mayFail", HazardKind::may_fail},
                                                     {"needsCommit", HazardKind::needs_commit}};
constexpr const auto& names(HazardKind) { return hazard_kinds; }

/// One thing to know before an operation runs.
struct Hazard {
  HazardKind kind = HazardKind::data_loss;
  std::string message;
  bool operator==(const Hazard&) const = default;
  static constexpr auto fields = std::tuple{field("kind", &Hazard::kind), field("message", &Hazard::message)};
};

/// The hazards of an impact, the worst first. A brief lock on the operation's own table is none.
std::vector<Hazard> hazards(const Impact& impact);

/// `ACCESS EXCLUSIVE`
std::string lock_sql(LockLevel level);

// ---- how impacts are made ---------------------------------------------------------------------------------------

/// A brief lock: the catalogue changes; rows are neither read nor written.
Impact momentary(const Name& relation, LockLevel level = LockLevel::access_exclusive);
/// Every row is read under the lock.
Impact reading(const Name& table, LockLevel level = LockLevel::access_exclusive);
/// Every row is written anew under ACCESS EXCLUSIVE, and so are all indexes. O(indexes).
Impact rewriting(const Schema& before, const Name& table);
/// Another table is locked too, or read too. Of two locks on one table the stronger counts.
void also_locks(Impact& impact, const Name& table, LockLevel level);
void also_reads(Impact& impact, const Name& table);
/// The tables that foreign keys lead to are locked when the keys go: those of a table, of one of its columns, or one
/// key. O(foreign keys of the table).
void also_locks_referenced(Impact& impact, const Schema& before, const Name& table);
void also_locks_referenced_by_column(Impact& impact, const Schema& before, const Name& table,
                                     const std::string& column);
void also_locks_referenced_by_key(Impact& impact, const Schema& before, const Name& table, const std::string& key);
/// A column gets another type or collation: rows written anew or not, indexes on the column, checks that read it and
/// foreign keys on both ends. O(foreign keys of the schema).
Impact retyping(const Schema& before, const Name& table, const std::string& column, bool rewrites, bool recollates);
/// Takes a plan's own tables out: they hold no rows, and nobody waits for them. O(locks log tables).
void forget_new_tables(Impact& impact, const std::set<Name>& created);

/// Whether a valid check of the table proves that a column holds no NULL. O(checks).
bool proves_not_null(const Table& table, const std::string& column);
/// Whether a default gives every row a value of its own, so that adding the column writes every row. A function that is
/// not known to be stable counts as volatile, as functions of users are unless they say otherwise. O(text).
bool is_volatile(const std::optional<Default>& value);

}  // namespace plinth
