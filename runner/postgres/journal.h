#pragma once
// What a migration that is committed in several parts has done so far.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/postgres/connection.h"

namespace plinth {

/// An operation of a migration that has begun and is not finished as a whole.
struct JournalEntry {
  std::string space, migration_hash, migration_name;
  std::size_t position = 0;  // of the operation in its package
  std::string operation_id, operation_hash;
  std::string started_at;               // ISO 8601, UTC, milliseconds
  std::optional<std::string> done_at;   // absent: it was running when the migration ended
  bool skipped = false;                 // its postchecks held before it ran
  std::optional<std::string> progress;  // JSON: how far its batches have come
};

/// The table prisma_contract.plinth_journal. Rows are written before an operation begins, in a transaction of their
/// own; that it is done is written in the transaction of the operation, or, outside of transactions, behind it. The
/// rows of a migration go with the transaction that moves the marker.
class Journal {
 public:
  /// Makes the table where it is not there. Errors: those of the server.
  Journal(Connection& connection, std::string space, std::string migration_hash, std::string migration_name);

  /// What was written before: by position. One round trip.
  std::map<std::size_t, JournalEntry> entries();
  struct Begun {
    std::size_t position;
    std::string id, hash;  // of the operation, and of what it does
  };
  void start(const std::vector<Begun>& operations);
  void done(std::size_t position, bool skipped);
  /// The statement that notes how far an operation has come, for the transaction of its batch.
  Query progress(std::size_t position, const std::string& json) const;
  /// An operation that has failed and changed nothing, or what its prechecks allow for.
  void undo(std::size_t position);

 private:
  Connection& connection_;
  std::string space_, hash_, name_;
};

/// All entries of a space, in their order; none where there is no journal.
std::vector<JournalEntry> read_journal(Connection& connection, const std::string& space);
/// Those of all spaces.
std::vector<JournalEntry> read_all_journals(Connection& connection);
/// The migration goes on under another hash: the package was corrected behind what is done.
void rename_in_journal(Connection& connection, const std::string& space, const std::string& migration_hash,
                       const std::string& later_hash);
/// Whatever was begun in a space counts as finished; or only what was of one migration.
void clear_journal(Connection& connection, const std::string& space,
                   const std::optional<std::string>& migration_name = {});

}  // namespace plinth
