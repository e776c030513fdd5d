#pragma once
// What the database knows of its migrations: the marker, the ledger, the contracts. The tables and the
// statements are those of Prisma Next 0.16.0, so that both tools can share a database.
#include "engine/package/package.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// The row of `prisma_contract.marker`: which contract the database satisfies.
struct Marker {
  std::string core_hash, profile_hash;
  std::vector<std::string> invariants;  // sorted
  bool operator==(const Marker&) const = default;
};

/// Creates what is missing of the schema `prisma_contract`. Errors: MIGRATION.LEGACY_MARKER_SHAPE,
/// MIGRATION.MARKER_DAMAGED; the latter also of all that follows.
void ensure_bookkeeping(Connection& connection);

/// Whether the role may read what the database keeps for its marker; true where it keeps nothing.
bool may_read_bookkeeping(Connection& connection);

/// The marker; nothing when there is none. One round trip where the tables exist.
std::optional<Marker> read_marker(Connection& connection, std::string_view space);

/// The contract that the database keeps for a hash; nothing when it keeps none.
std::optional<std::string> read_stored_contract(Connection& connection, const std::string& core_hash);

/// Moves the marker from what was read to what holds now. Error: MIGRATION.MARKER_CAS_FAILURE when it was moved by
/// somebody without the lock, or is gone with its table or one of the others.
void write_marker(Connection& connection, std::string_view space, const std::optional<Marker>& before,
                  const Marker& after);

/// One row of the ledger. `operations` are the records of what was executed.
struct LedgerRow {
  std::string migration_name, migration_hash;
  std::optional<std::string> origin_hash;
  std::string destination_hash;
  std::vector<RawSql> operations;
};
void append_ledger(Connection& connection, std::string_view space, const LedgerRow& row);

/// What a row of the ledger says of a package, without its operations; `id` tells it from others.
struct LedgerEntry {
  std::string id, space, migration_name, migration_hash;
  std::optional<std::string> origin_hash;
  std::string destination_hash;
  std::string created_at;  // ISO 8601, UTC, milliseconds
  std::int64_t operation_count = 0;
};
/// Whether there is a ledger: who only signs a database makes none.
bool has_ledger(Connection& connection);
/// The ledger of a space, or of all, oldest first. O(rows).
std::vector<LedgerEntry> read_ledger(Connection& connection, const std::optional<std::string>& space);
/// Gives a row other hashes.
void rewrite_ledger(Connection& connection, const LedgerEntry& entry);
/// The spaces other than `space` whose markers are spelt as Prisma Next spells them, by name.
std::vector<std::string> earlier_markers_beside(Connection& connection, std::string_view space);

/// The spaces that have a marker, by name. Empty where there is no table of markers.
std::vector<std::string> marked_spaces(Connection& connection);

/// Keeps a contract under its hash; one that is there already stays.
void keep_contract(Connection& connection, const std::string& core_hash, const std::string& contract_text);

}  // namespace plinth
