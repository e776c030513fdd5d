#pragma once
// The unique key by which batches go through a table.
#include "engine/ops/by_hand/batch.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// The columns of a key and their types, as casts spell them. `rows` are those of the table, as far as the statistics
/// of the server know.
struct BatchKey {
  std::vector<std::string> columns, types;
  std::optional<std::int64_t> rows;
};

/// The key of a statement's table: the columns of `by`, or the primary key. It is a valid unique index without a
/// condition, over columns that hold no NULL and are not generated. One round trip.
/// Error: MIGRATION.NOT_BATCHABLE, also where the statement assigns the key, and where other tables inherit from this
/// one, which may hold other keys.
BatchKey batch_key(Connection& connection, const RowStatement& statement, const Batch& batch);

/// The rows of a table `c` of pg_class, partitions included, by the statistics of the server; below 1 where it has
/// none.
inline constexpr std::string_view estimated_rows =
    "CASE c.relkind WHEN 'p' THEN (SELECT COALESCE(sum(GREATEST(l.reltuples, 0)), 0) FROM "
    "pg_catalog.pg_partition_tree(c.oid) p JOIN pg_catalog.pg_class l ON l.oid = p.relid WHERE p.isleaf)::bigint ELSE "
    "c.reltuples::bigint END";

}  // namespace plinth
