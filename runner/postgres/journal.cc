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
  "started_at" timestamptz DEFAULT (clock_timestamp()) NOT NULL,
  "done_at" timestamptz,
  "skipped" boolean DEFAULT false NOT NULL,
  "progress" jsonb,
  PRIMARY KEY ("space", "migration_hash", "position")
))";

}  // namespace

Journal::Journal(Connection& connection, std::string space, std::string migration_hash, std::string migration_name)
    : connection_(connection),
      space_(std::move(space)),
      hash_(std::move(migration_hash)),
      name_(std::move(migration_name)) {
  const bool exists =
      connection_.run(Query{"SELECT pg_catalog.to_regclass('prisma_contract.plinth_journal') IS NOT NULL", {}})
          .truthy();
  if (!exists) connection_.run(Query{std::string(create_journal), {}});
}

std::map<std::size_t, JournalEntry> Journal::entries() {
  std::map<std::size_t, JournalEntry> out;
  for (auto& e : read_journal(connection_, space_)) {
    if (e.migration_hash == hash_) out.emplace(e.position, std::move(e));
  }
  return out;
}

void Journal::start(const std::vector<std::pair<std::size_t, std::string>>& operations) {
  if (operations.empty()) return;
  const auto list = json::null();
  json::make_array(*list);
  for (const auto& [position, id] : operations) {
    Json& entry = json::push(*list);
    json::make_object(entry);
    json::set(json::put(entry, "position"), static_cast<std::int64_t>(position));
    json::set(json::put(entry, "id"), std::string_view(id));
  }
  connection_.run(Query{
      R"(INSERT INTO "prisma_contract"."plinth_journal" ("space", "migration_hash", "migration_name", "position", )"
      R"("operation_id") SELECT $1, $2, $3, o.position, o.id FROM pg_catalog.jsonb_to_recordset($4::jsonb) AS )"
      R"(o(position int, id text) ON CONFLICT ("space", "migration_hash", "position") DO NOTHING)",
      {space_, hash_, name_, json::dump(*list)}});
}

void Journal::done(std::size_t position, bool skipped) {
  connection_.run(
      Query{R"(UPDATE "prisma_contract"."plinth_journal" SET "done_at" = pg_catalog.clock_timestamp(), "skipped" = )"
            R"($4::boolean WHERE "space" = $1 AND "migration_hash" = $2 AND "position" = $3::int)",
            {space_, hash_, std::to_string(position), skipped ? "true" : "false"}});
}

void Journal::forget() {
  connection_.run(
      Query{R"(DELETE FROM "prisma_contract"."plinth_journal" WHERE "space" = $1 AND "migration_hash" = $2)",
            {space_, hash_}});
}

std::vector<JournalEntry> read_journal(Connection& connection, const std::optional<std::string>& space) {
  const bool exists =
      connection.run(Query{"SELECT pg_catalog.to_regclass('prisma_contract.plinth_journal') IS NOT NULL", {}}).truthy();
  if (!exists) return {};
  constexpr std::string_view time = R"('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')";
  const auto utc = [&](const char* column) {
    return "pg_catalog.to_char(" + std::string(column) + " AT TIME ZONE 'UTC', " + std::string(time) + ")";
  };
  const Result r = connection.run(Query{
      "SELECT space, migration_hash, migration_name, position, operation_id, " + utc("started_at") + ", " +
          utc("done_at") +
          R"(, skipped FROM "prisma_contract"."plinth_journal" WHERE space = COALESCE($1, space) ORDER BY space, )"
          "started_at, migration_hash, position",
      {space}});
  std::vector<JournalEntry> out;
  for (int row = 0; row < r.rows(); ++row) {
    const auto text = [&](int column) { return std::string(r.at(row, column)); };
    out.push_back({text(0), text(1), text(2), static_cast<std::size_t>(std::stoul(text(3))), text(4), text(5),
                   r.is_null(row, 6) ? std::nullopt : std::optional(text(6)), r.at(row, 7) == "t"});
  }
  return out;
}

}  // namespace plinth
