#include "runner/jobs/run/batch_key.h"

#include <set>

#include "engine/names.h"

namespace plinth {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& n : names) out.append(out.empty() ? "" : ", ").append(n);
  return "(" + out + ")";
}

Error not_batchable(const RowStatement& statement, const std::string& message, const std::string& why) {
  return Error(Code::migration_not_batchable, message, why).with("table", statement.table());
}

// The table, a row for each of its unique keys: whether it is the primary key, its columns and types.
Result read_keys(Connection& connection, const std::string& table) {
  const std::string columns_of_index =
      "FROM pg_catalog.generate_series(0, i.indnkeyatts - 1) k JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid "
      "AND "
      "a.attnum = i.indkey[k]";
  const std::string may_be_null =
      "(NOT a.attnotnull OR a.attgenerated <> '' OR EXISTS (SELECT FROM pg_catalog.pg_constraint n WHERE n.conrelid = "
      "c.oid AND n.contype = 'n' AND NOT n.convalidated AND a.attnum = ANY (n.conkey)))";
  return connection.run(Query{
      "SELECT COALESCE(i.indisprimary, false), (SELECT pg_catalog.json_agg(a.attname::text ORDER BY k) " +
          columns_of_index + "), (SELECT pg_catalog.json_agg(pg_catalog.format_type(a.atttypid, -1) ORDER BY k) " +
          columns_of_index + "), " + std::string(estimated_rows) +
          ", c.relkind = 'r' AND EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent = c.oid) FROM "
          "pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique AND "
          "i.indisvalid AND i.indisready AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT " +
          columns_of_index + " WHERE " + may_be_null +
          ") WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') ORDER BY 1 DESC, i.indexrelid",
      {table}});
}

std::vector<std::string> list_at(const Result& r, int row, int column) {
  std::vector<std::string> out;
  decode(out, *json::parse(std::string(r.at(row, column)), Code::engine_internal),
         JsonPath::root(Code::engine_internal, "key"));
  return out;
}

Error no_key(const RowStatement& statement, const Batch& batch, const std::vector<std::string>& known) {
  Error out = not_batchable(
      statement,
      batch.by.empty()
          ? "table " + statement.table() + " has no primary key to go through it by"
          : "table " + statement.table() + " has no unique key " + joined(batch.by) + " to go through it by",
      "A key is a unique index without a condition, over columns that are NOT NULL and not generated.");
  if (known.empty()) return out.fix("Add such a key first; or leave out batch, and the transform runs as a whole.");
  std::string list;
  for (const auto& key : known) list.append(list.empty() ? "" : "; ").append(key);
  return out.fix("Name the columns of one of its keys in batch.by: " + list + ".");
}

void refuse_assigned(const RowStatement& statement, const BatchKey& key) {
  for (const auto& assigned : statement.assigns()) {
    if (std::find(key.columns.begin(), key.columns.end(), assigned) == key.columns.end()) continue;
    throw not_batchable(statement, "the statement changes " + q(assigned) + ", a column of the key",
                        "A row whose key changes could be gone through twice, or not at all.");
  }
}

}  // namespace

BatchKey batch_key(Connection& connection, const RowStatement& statement, const Batch& batch) {
  const Result r = read_keys(connection, statement.table());
  const std::set<std::string> wanted(batch.by.begin(), batch.by.end());
  std::vector<std::string> known;
  for (int row = 0; row < r.rows(); ++row) {
    if (r.at(row, 4) == "t") {
      throw not_batchable(statement, "other tables inherit from " + statement.table(),
                          "Their rows belong to it, and need not have its key.");
    }
    if (r.is_null(row, 1)) continue;
    BatchKey key{list_at(r, row, 1), list_at(r, row, 2), {}};
    const std::int64_t rows = std::stoll(std::string(r.at(row, 3)));
    if (rows > 0) key.rows = rows;
    const bool fits = wanted.empty() ? r.at(row, 0) == "t" : std::set(key.columns.begin(), key.columns.end()) == wanted;
    if (!fits) {
      known.push_back(joined(key.columns));
      continue;
    }
    refuse_assigned(statement, key);
    return key;
  }
  throw no_key(statement, batch, known);
}

}  // namespace plinth
