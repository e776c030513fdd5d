#include "runner/postgres/journal.h"

#include "engine/json/json.h"

namespace plinth {
namespace {

constexpr std::string_view create_journal = R"(CREATE TABLE IF NOT EXISTS "prisma_contract"."plinth_journal" (
  "space" text NOT NULL,
  "migration_hash" text NOT NULL,
  "position" int NOT NULL,
  "migration_name" text NOT NULL,
  "operation_id" text NOT NULL,
  "operation_hash" text NOT NULL,
  "started_at" timestamptz DEFAULT (clock_timestamp()) NOT NULL,
  "done_at" timestamptz,
  "skipped" boolean DEFAULT false NOT NULL,
  "progress" jsonb,
  PRIMARY KEY ("space", "migration_hash", "position")
))";

// As the table was before transforms could go through it in batches.
constexpr std::string_view lacks_progress =
    "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
    "'prisma_contract.plinth_journal'::regclass "
    "AND attname = 'progress')";

bool has_journal(Connection& c) {
  return c.run(Query{"SELECT pg_catalog.to_regclass('prisma_contract.plinth_journal') IS NOT NULL", {}}).truthy();
}

}  // namespace

Journal::Journal(Connection& connection, std::string space, std::string migration_hash, std::string migration_name)
    : connection_(connection),
      space_(std::move(space)),
      hash_(std::move(migration_hash)),
      name_(std::move(migration_name)) {
  if (!has_journal(connection_)) {
    connection_.run(Query{std::string(create_journal), {}});
  } else if (connection_.run(Query{std::string(lacks_progress), {}}).truthy()) {
    connection_.run(Query{R"(ALTER TABLE "prisma_contract"."plinth_journal" ADD COLUMN "progress" jsonb)", {}});
  }
}

std::map<std::size_t, JournalEntry> Journal::entries() {
  std::map<std::size_t, JournalEntry> out;
  for (auto& e : read_journal(connection_, space_)) {
    if (e.migration_hash == hash_) out.emplace(e.position, std::move(e));
  }
  return out;
}

void Journal::start(const std::vector<Begun>& operations) {
  if (operations.empty()) return;
  const auto list = json::null();
  json::make_array(*list);
  for (const auto& [position, id, hash] : operations) {
    Json& entry = json::push(*list);
    json::make_object(entry);
    json::set(json::put(entry, "position"), static_cast<std::int64_t>(position));
    json::set(json::put(entry, "id"), std::string_view(id));
    json::set(json::put(entry, "hash"), std::string_view(hash));
  }
  connection_.run(Query{
      R"(INSERT INTO "prisma_contract"."plinth_journal" ("space", "migration_hash", "migration_name", "position", )"
      R"("operation_id", "operation_hash") SELECT $1, $2, $3, o.position, o.id, o.hash FROM pg_catalog.jsonb_to_recordset($4::jsonb) AS )"
      R"(o(position int, id text, hash text) ON CONFLICT ("space", "migration_hash", "position") DO UPDATE SET )"
      R"("operation_id" = EXCLUDED."operation_id", "operation_hash" = EXCLUDED."operation_hash")",
      {space_, hash_, name_, json::dump(*list)}});
}

void Journal::done(std::size_t position, bool skipped) {
  connection_.run(
      Query{R"(UPDATE "prisma_contract"."plinth_journal" SET "done_at" = pg_catalog.clock_timestamp(), "skipped" = )"
            R"($4::boolean WHERE "space" = $1 AND "migration_hash" = $2 AND "position" = $3::int)",
            {space_, hash_, std::to_string(position), skipped ? "true" : "false"}});
}

Query Journal::progress(std::size_t position, const std::string& json) const {
  return {R"(UPDATE "prisma_contract"."plinth_journal" SET "progress" = $4::jsonb WHERE "space" = $1 AND )"
          R"("migration_hash" = $2 AND "position" = $3::int)",
          {space_, hash_, std::to_string(position), json}};
}

void Journal::undo(std::size_t position) {
  connection_.run(
      Query{R"(DELETE FROM "prisma_contract"."plinth_journal" WHERE "space" = $1 AND "migration_hash" = $2 AND )"
            R"("position" = $3::int)",
            {space_, hash_, std::to_string(position)}});
}

void rename_in_journal(Connection& c, const std::string& space, const std::string& migration_hash,
                       const std::string& later_hash) {
  c.run(Query{R"(UPDATE "prisma_contract"."plinth_journal" SET "migration_hash" = $3 WHERE "space" = $1 AND )"
              R"("migration_hash" = $2)",
              {space, migration_hash, later_hash}});
}

void clear_journal(Connection& c, const std::string& space, const std::optional<std::string>& migration_name) {
  if (!has_journal(c)) return;
  c.run(Query{R"(DELETE FROM "prisma_contract"."plinth_journal" WHERE "space" = $1 AND ($2::text IS NULL OR )"
              R"("migration_name" = $2))",
              {space, migration_name}});
}

namespace {

std::vector<JournalEntry> read_entries(Connection& connection, const std::optional<std::string>& space) {
  if (!has_journal(connection)) return {};
  constexpr std::string_view time = R"('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')";
  const auto utc = [&](const char* column) {
    return "pg_catalog.to_char(" + std::string(column) + " AT TIME ZONE 'UTC', " + std::string(time) + ")";
  };
  const Result r = connection.run(Query{
      "SELECT space, migration_hash, migration_name, position, operation_id, " + utc("started_at") + ", " +
          utc("done_at") +
          R"(, skipped, operation_hash, pg_catalog.to_jsonb(j) ->> 'progress' FROM "prisma_contract"."plinth_journal" j WHERE space = $1 OR $1 IS NULL ORDER BY space, migration_hash, )"
          "position",
      {space}});
  std::vector<JournalEntry> out;
  for (int row = 0; row < r.rows(); ++row) {
    const auto text = [&](int column) { return std::string(r.at(row, column)); };
    out.push_back({text(0), text(1), text(2), static_cast<std::size_t>(std::stoul(text(3))), text(4), text(8), text(5),
                   r.is_null(row, 6) ? std::nullopt : std::optional(text(6)), r.at(row, 7) == "t",
                   r.is_null(row, 9) ? std::nullopt : std::optional(text(9))});
  }
  return out;
}

}  // namespace

std::vector<JournalEntry> read_journal(Connection& connection, const std::string& space) {
  return read_entries(connection, space);
}

std::vector<JournalEntry> read_all_journals(Connection& connection) { return read_entries(connection, {}); }

}  // namespace plinth
