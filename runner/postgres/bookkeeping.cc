#include "runner/postgres/bookkeeping.h"

#include "engine/excerpt.h"
#include "engine/sql/sql_literal.h"

namespace plinth {
namespace {

Sql create_marker() {
  return R"(CREATE TABLE IF NOT EXISTS "prisma_contract"."marker" (
  "space" text DEFAULT 'app' NOT NULL PRIMARY KEY,
  "core_hash" text NOT NULL,
  "profile_hash" text NOT NULL,
  "contract_json" jsonb,
  "canonical_version" int,
  "updated_at" timestamptz DEFAULT (now()) NOT NULL,
  "app_tag" text,
  "meta" jsonb DEFAULT '{}'::jsonb NOT NULL,
  "invariants" text[] DEFAULT '{}'::text[] NOT NULL
))";
}
Sql create_ledger() {
  return R"(CREATE TABLE IF NOT EXISTS "prisma_contract"."ledger" (
  "id" bigserial PRIMARY KEY,
  "created_at" timestamptz DEFAULT (now()) NOT NULL,
  "space" text NOT NULL,
  "migration_name" text NOT NULL,
  "migration_hash" text NOT NULL,
  "origin_core_hash" text,
  "origin_profile_hash" text,
  "destination_core_hash" text NOT NULL,
  "destination_profile_hash" text,
  "operations" jsonb NOT NULL
))";
}
Sql create_contract() {
  return R"(CREATE TABLE IF NOT EXISTS "prisma_contract"."contract" (
  "core_hash" text NOT NULL PRIMARY KEY,
  "created_at" timestamptz DEFAULT (now()) NOT NULL,
  "contract_json" jsonb NOT NULL
))";
}

bool table_exists(Connection& c, const Sql& name) {
  return c.run(Sql("SELECT to_regclass({}) IS NOT NULL", name)).truthy();
}

// With its prefix, or, from early packages, without.
bool is_hash(std::string_view text) {
  constexpr std::size_t digits = 64;
  return era_of_hash(text) == ContractEra::prisma_next ||
         (text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

// Whether the server refuses a statement for the shape of a table: an undefined name, a wrong type (class 42), a column
// that demands a value (23502).
bool is_of_shape(const Error& e) {
  return std::any_of(e.meta().begin(), e.meta().end(), [](const auto& entry) {
    return entry.first == "sqlState" &&
           (entry.second.starts_with("\"42") || entry.second == "\"23502\"" || entry.second == "\"22P02\"");
  });
}

/// Runs a statement on a table of the schema `prisma_contract`. Errors: MIGRATION.MARKER_DAMAGED where the table is not
/// as it was made.
Result run_on(Connection& c, std::string_view table, const Query& query) {
  try {
    return c.run(query);
  } catch (const Error& e) {
    if (e.code() != Code::database_query_failed || !is_of_shape(e)) throw;
    Error out(Code::migration_marker_damaged,
              "the table prisma_contract." + std::string(table) + " is damaged: " + e.what());
    for (const auto& [key, value] : e.meta()) out.with_json(key, value);
    throw out.with("table", "prisma_contract." + std::string(table));
  }
}

}  // namespace

namespace {

void require_space_column(bool is_there) {
  if (is_there) return;
  throw Error(Code::migration_legacy_marker_shape, "the table prisma_contract.marker has no column \"space\"",
              "It was made by an early version of another tool.");
}

}  // namespace

void ensure_bookkeeping(Connection& c) {
  const Result found = c.run(Sql(
      "SELECT to_regclass('prisma_contract.marker') IS NOT NULL, to_regclass('prisma_contract.ledger') IS NOT NULL, "
      "to_regclass('prisma_contract.contract') IS NOT NULL, EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = "
      "to_regclass('prisma_contract.marker') AND attname = 'space' AND NOT attisdropped), "
      "to_regnamespace('prisma_contract') IS NOT NULL"));
  const auto is = [&](int column) { return found.at(0, column) == "t"; };
  if (is(0)) require_space_column(is(3));
  if (!is(4)) c.run(Sql(R"(CREATE SCHEMA IF NOT EXISTS "prisma_contract")"));
  if (!is(0)) c.run(create_marker());
  if (!is(1)) c.run(create_ledger());
  if (!is(2)) c.run(create_contract());
  // What the end of the run needs is looked at before it begins.
  run_on(
      c, "ledger",
      {R"(SELECT "space", "migration_name", "migration_hash", "origin_core_hash", "destination_core_hash", "operations" FROM "prisma_contract"."ledger" LIMIT 0)",
       {}});
  run_on(c, "contract", {R"(SELECT "core_hash", "contract_json" FROM "prisma_contract"."contract" LIMIT 0)", {}});
}

bool may_read_bookkeeping(Connection& c) {
  return c
      .run(Sql("SELECT COALESCE((SELECT has_schema_privilege(n.oid, 'USAGE') AND COALESCE((SELECT "
               "bool_and(has_table_privilege(t.oid, 'SELECT')) FROM pg_class t WHERE t.relnamespace = n.oid AND "
               "t.relname IN ('marker', 'contract')), true) FROM pg_namespace n WHERE n.nspname = 'prisma_contract'), "
               "true)"))
      .truthy();
}

std::optional<Marker> read_marker(Connection& c, std::string_view space) {
  const Result shape =
      c.run(Sql("SELECT to_regclass('prisma_contract.marker') IS NOT NULL, EXISTS (SELECT 1 FROM pg_attribute WHERE "
                "attrelid = to_regclass('prisma_contract.marker') AND attname = 'space' AND NOT attisdropped)"));
  if (shape.at(0, 0) != "t") return {};
  require_space_column(shape.at(0, 1) == "t");
  const Result r = run_on(
      c, "marker",
      {R"(SELECT "core_hash", "profile_hash", to_json("invariants") FROM "prisma_contract"."marker" WHERE "space" = $1)",
       {std::string(space)}});
  if (r.rows() == 0) return {};
  const auto damaged = [](const std::string& what) {
    return Error(Code::migration_marker_damaged, "the marker in prisma_contract.marker " + what)
        .with("table", std::string("prisma_contract.marker"));
  };
  if (r.rows() > 1) {
    throw damaged("has " + std::to_string(r.rows()) + " rows for the space " + std::string(space))
        .fix("Delete all rows of the space but the right one, and give the table its primary key on \"space\" back.");
  }
  if (r.is_null(0, 0) || r.is_null(0, 1)) throw damaged("names no contract");
  if (!is_hash(r.at(0, 0))) {
    throw damaged("names no contract: \"core_hash\" is " + json::quote(excerpt(r.at(0, 0))))
        .fix("Give core_hash the hash (sha256:…) of the contract that the database satisfies.");
  }
  if (r.is_null(0, 2)) throw damaged("has no \"invariants\"").fix("Set the column to '{}', or to what was provided.");
  Marker out{std::string(r.at(0, 0)), std::string(r.at(0, 1)), {}};
  out.invariants = from_json<std::vector<std::string>>(r.at(0, 2), Code::migration_marker_damaged,
                                                       "prisma_contract.marker.invariants");
  std::sort(out.invariants.begin(), out.invariants.end());
  return out;
}

std::optional<std::string> read_stored_contract(Connection& c, const std::string& core_hash) {
  if (!table_exists(c, "'prisma_contract.contract'")) return {};
  const Result r =
      run_on(c, "contract",
             {R"(SELECT "contract_json"::text FROM "prisma_contract"."contract" WHERE "core_hash" = $1)", {core_hash}});
  return r.rows() == 0 ? std::nullopt : std::optional(std::string(r.at(0, 0)));
}

void write_marker(Connection& c, std::string_view space, const std::optional<Marker>& before, const Marker& after) {
  const Result kept = c.run(Sql(
      "SELECT to_regclass('prisma_contract.marker') IS NOT NULL AND to_regclass('prisma_contract.ledger') IS NOT NULL "
      "AND to_regclass('prisma_contract.contract') IS NOT NULL"));
  if (!kept.truthy()) {
    throw Error(Code::migration_marker_cas_failure, "the tables of the schema prisma_contract are gone",
                "A statement of this migration dropped them, and with them what the database knows of its history.");
  }
  const std::string name(space), invariants = array_literal(after.invariants);
  const Result r =
      before
          ? run_on(
                c, "marker",
                {R"(UPDATE "prisma_contract"."marker" SET "core_hash" = $1, "profile_hash" = $2, "updated_at" = now(), "invariants" = $3::text[] WHERE "space" = $4 AND "core_hash" = $5 RETURNING "space")",
                 {after.core_hash, after.profile_hash, invariants, name, before->core_hash}})
          : run_on(
                c, "marker",
                {R"(INSERT INTO "prisma_contract"."marker" ("space", "core_hash", "profile_hash", "contract_json", "canonical_version", "updated_at", "app_tag", "meta", "invariants") VALUES ($1, $2, $3, NULL, NULL, now(), NULL, '{}'::jsonb, $4::text[]) ON CONFLICT ("space") DO NOTHING RETURNING "space")",
                 {name, after.core_hash, after.profile_hash, invariants}});
  if (r.rows() > 0) return;
  throw Error(Code::migration_marker_cas_failure, "the marker is no longer where it was when this migration began",
              "Somebody moved it without taking the lock.")
      .with("expected", before ? before->core_hash : "none")
      .with("destination", after.core_hash);
}

void append_ledger(Connection& c, std::string_view space, const LedgerRow& row) {
  const auto operations = json::null();
  json::make_array(*operations);
  for (const auto& op : row.operations) write_stored(json::push(*operations), op);
  run_on(
      c, "ledger",
      {R"(INSERT INTO "prisma_contract"."ledger" ("space", "migration_name", "migration_hash", "origin_core_hash", "destination_core_hash", "operations") VALUES ($1, $2, $3, $4, $5, $6::jsonb))",
       {std::string(space), row.migration_name, row.migration_hash, row.origin_hash, row.destination_hash,
        json::dump(*operations)}});
}

bool has_ledger(Connection& c) { return table_exists(c, "'prisma_contract.ledger'"); }

std::vector<LedgerEntry> read_ledger(Connection& c, const std::optional<std::string>& space) {
  const Result r = run_on(
      c, "ledger",
      {R"(SELECT "id", "migration_name", "migration_hash", "origin_core_hash", "destination_core_hash", "space", to_char("created_at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), CASE jsonb_typeof("operations") WHEN 'array' THEN jsonb_array_length("operations") ELSE 0 END FROM "prisma_contract"."ledger" WHERE "space" = COALESCE($1, "space") ORDER BY "id")",
       {space}});
  std::vector<LedgerEntry> out;
  out.reserve(static_cast<std::size_t>(r.rows()));
  for (int row = 0; row < r.rows(); ++row) {
    const auto text = [&](int column) { return std::string(r.at(row, column)); };
    out.push_back({text(0), text(5), text(1), text(2), r.is_null(row, 3) ? std::nullopt : std::optional(text(3)),
                   text(4), text(6), std::stoll(text(7))});
  }
  return out;
}

void rewrite_ledger(Connection& c, const LedgerEntry& entry) {
  run_on(
      c, "ledger",
      {R"(UPDATE "prisma_contract"."ledger" SET "migration_hash" = $1, "origin_core_hash" = $2, "destination_core_hash" = $3 WHERE "id" = $4::bigint)",
       {entry.migration_hash, entry.origin_hash, entry.destination_hash, entry.id}});
}

std::vector<std::string> earlier_markers_beside(Connection& c, std::string_view space) {
  const Result r = run_on(
      c, "marker",
      {R"(SELECT "space" FROM "prisma_contract"."marker" WHERE "space" <> $1 AND "core_hash" LIKE 'sha256:%' ORDER BY "space")",
       {std::string(space)}});
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(r.rows()));
  for (int row = 0; row < r.rows(); ++row) out.emplace_back(r.at(row, 0));
  return out;
}

std::vector<std::string> marked_spaces(Connection& c) {
  if (!table_exists(c, "'prisma_contract.marker'")) return {};
  const Result r = run_on(c, "marker", {R"(SELECT "space" FROM "prisma_contract"."marker" ORDER BY "space")", {}});
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(r.rows()));
  for (int row = 0; row < r.rows(); ++row) out.emplace_back(r.at(row, 0));
  return out;
}

void keep_contract(Connection& c, const std::string& core_hash, const std::string& contract_text) {
  run_on(
      c, "contract",
      {R"(INSERT INTO "prisma_contract"."contract" ("core_hash", "contract_json") VALUES ($1, $2::jsonb) ON CONFLICT ("core_hash") DO NOTHING)",
       {core_hash, contract_text}});
}

}  // namespace plinth
