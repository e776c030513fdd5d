// What people write into their migrations, and what the engine promises all the same.
#include <fstream>

#include "engine/ops/by_hand/raw_sql.h"
#include "runner/files/files.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

const std::string touch = "UPDATE public.users SET legacy = 'touched'";

Reply apply_package(const Database& db, const std::string& package, const std::string& more = {}) {
  return Engine().call("applyMigration", apply_params(db.url(), "package", package, more));
}

// Applies one package of operations that starts and ends at version 1 to a database of its own.
struct Attempt {
  Populated db;
  TemporaryDirectory space;
  std::string before = state_of(db.url());
  std::optional<Reply> reply;
  explicit Attempt(const std::vector<RawSql>& operations) {
    reply = apply_package(db, write_package(space.path(), "attempt", contract_1(), operations));
  }
  bool untouched() const { return state_of(db.url()) == before; }
  std::string legacy() const { return ask(db.url(), "SELECT DISTINCT legacy FROM public.users ORDER BY 1"); }
};

Step check_of(const std::string& sql) { return {"check", sql, {}, {}}; }

RawSql checked(const std::string& id, const std::vector<std::string>& execute, const std::string& work_left) {
  RawSql out = raw_operation(id, OperationClass::data, execute);
  out.precheck = {check_of("SELECT EXISTS (" + work_left + ")")};
  out.postcheck = {check_of("SELECT NOT EXISTS (" + work_left + ")")};
  return out;
}

const std::string ledger_reason =
    "SELECT operations -> 0 -> 'meta' -> 'runner' ->> 'reason', jsonb_array_length(operations -> 0 -> 'execute') FROM "
    "prisma_contract.ledger ORDER BY id DESC LIMIT 1";

}  // namespace

TEST_CASE("SQL that would begin or end the transaction is refused before anything runs") {
  for (const char* sql : {"COMMIT", "commit; begin", "ROLLBACK", "rollback and chain", "BEGIN", "START TRANSACTION",
                          "END", "ABORT", "SELECT 1; /* */ COMMIT AND CHAIN", "PREPARE TRANSACTION 'x'"}) {
    CAPTURE(sql);
    const Attempt a(
        {raw_operation("first", OperationClass::data, {touch}), raw_operation("second", OperationClass::data, {sql})});
    CHECK_MESSAGE(a.reply->code() == "MIGRATION.INVALID_OPERATION_ENTRY", a.reply->line());
    CHECK(a.reply->at("error.data.meta.operationId") == "second");
    CHECK(a.untouched());
  }
}

TEST_CASE("SQL that would end the transaction is refused where it is written, and by a dry run") {
  const Migrations own;
  const std::string before = read_file(own.second() + "/ops.json");
  const Reply written = Engine().call(
      "evaluateMigration", R"({"package":")" + own.second() +
                               R"(","write":true,"slots":[{"transform":"backfill-users-handle","run":[{"sql":)"
                               R"("UPDATE public.users SET handle = email; COMMIT","params":[]}]}]})");
  CHECK_MESSAGE(written.code() == "MIGRATION.INVALID_OPERATION_ENTRY", written.line());
  CHECK(read_file(own.second() + "/ops.json") == before);

  const Populated db;
  const TemporaryDirectory space;
  const std::string package =
      write_package(space.path(), "attempt", contract_1(), {raw_operation("one", OperationClass::data, {"COMMIT"})});
  const Reply rehearsed = apply_package(db, package, R"("dryRun":true)");
  CHECK_MESSAGE(rehearsed.code() == "MIGRATION.INVALID_OPERATION_ENTRY", rehearsed.line());
}

TEST_CASE("a trigger that waits for the end of the transaction does not keep a table from being altered") {
  for (const char* when : {"DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY IMMEDIATE"}) {
    CAPTURE(when);
    const Populated db;
    db.connect().run(Sql::trusted(
        "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON public.users " +
        std::string(when) + " FOR EACH ROW EXECUTE FUNCTION public.nothing()"));
    const std::string add = "ALTER TABLE public.users ADD COLUMN added int",
                      drop = "ALTER TABLE public.users DROP COLUMN added";
    const TemporaryDirectory space;
    const std::string package = write_package(
        space.path(), "attempt", contract_1(),
        {raw_operation("one", OperationClass::data, {touch}), raw_operation("two", OperationClass::additive, {add}),
         raw_operation("three", OperationClass::additive, {touch}),
         raw_operation("four", OperationClass::destructive, {drop})});
    const Reply applied = apply_package(db, package);
    const bool waits = std::string(when).ends_with("DEFERRED");
    // A data statement that is not called one leaves its deferred triggers waiting, as it always did.
    CHECK_MESSAGE(applied.outcome() == (waits ? "" : "applied"), applied.line());
    CHECK_MESSAGE(apply_package(db, migrations().second()).outcome() == "applied", applied.line());
  }
}

TEST_CASE("triggers that wait behind one package are done before the next one alters their table") {
  const Database db;
  Engine engine;
  CHECK(engine.call("applyMigration", apply_params(db.url(), "package", migrations().first())).outcome() == "applied");
  db.connect().run(
      "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER waits AFTER UPDATE ON public.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
      "EXECUTE FUNCTION public.nothing(); INSERT INTO public.users (email) VALUES ('a')");
  const Migrations own;
  write_package(own.path(), "20260101T0001_touch", contract_1(), {raw_operation("one", OperationClass::data, {touch})});
  const Reply applied = engine.call("applyMigration", apply_params(db.url(), "migrations", own.path()));
  CHECK_MESSAGE(applied.outcome() == "applied", applied.line());
}

TEST_CASE("values keep their text, whatever a database says of printing them") {
  const Populated db;
  db.connect().run(
      Sql::trusted("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0', "
                   "current_database()); END $$"));
  const TemporaryDirectory space;
  const std::string convert = "UPDATE public.users SET name = (0.1::float8 + 0.2::float8)::text";
  const Reply applied = apply_package(db, write_package(space.path(), "attempt", contract_1(),
                                                        {raw_operation("one", OperationClass::data, {convert})}));
  CHECK_MESSAGE(applied.outcome() == "applied", applied.line());
  CHECK(ask(db.url(), "SELECT DISTINCT name FROM public.users") == "0.30000000000000004\n");
}

TEST_CASE("a transaction cannot be ended from a DO block or a procedure either") {
  for (const char* sql : {"DO $$ BEGIN COMMIT; END $$",
                          "CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$ BEGIN "
                          "ROLLBACK; END $$; CALL pg_temp.p()"}) {
    CAPTURE(sql);
    const Attempt a(
        {raw_operation("first", OperationClass::data, {touch}), raw_operation("second", OperationClass::data, {sql})});
    CHECK_MESSAGE(a.reply->code() == "MIGRATION.EXECUTION_FAILED", a.reply->line());
    CHECK(a.untouched());
  }
}

TEST_CASE("several statements, DO blocks, savepoints and functions run as they are") {
  const Attempt a({raw_operation(
      "many", OperationClass::data,
      {"SAVEPOINT s; UPDATE public.users SET legacy = 'lost'; ROLLBACK TO SAVEPOINT s; RELEASE s",
       "DO $$ BEGIN UPDATE public.users SET legacy = 'do'; END $$",
       "CREATE FUNCTION pg_temp.add(text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT $1 || '+'; END; "
       "UPDATE public.users SET legacy = pg_temp.add(legacy); UPDATE public.users SET legacy = legacy || ';'"})});
  CHECK_MESSAGE(a.reply->outcome() == "applied", a.reply->line());
  CHECK(a.legacy() == "do+;\n");
}

TEST_CASE("a failing statement among several rolls all of them back") {
  const Attempt a({raw_operation("many", OperationClass::data, {touch + "; SELECT 1/0; SELECT 1"})});
  CHECK_MESSAGE(a.reply->code() == "MIGRATION.EXECUTION_FAILED", a.reply->line());
  CHECK(a.reply->at("error.data.meta.sqlState") == "22012");
  CHECK(a.reply->at("error.data.meta.operationId") == "many");
  CHECK(a.untouched());
}

TEST_CASE("a migration that takes the bookkeeping away is rolled back") {
  for (const char* sql :
       {"DROP SCHEMA prisma_contract CASCADE", "DROP TABLE prisma_contract.ledger", "DROP TABLE prisma_contract.marker",
        "DELETE FROM prisma_contract.marker", "UPDATE prisma_contract.marker SET core_hash = 'elsewhere'"}) {
    CAPTURE(sql);
    const Attempt a({raw_operation("drop", OperationClass::destructive, {touch, sql})});
    CHECK_MESSAGE(a.reply->code() == "MIGRATION.MARKER_CAS_FAILURE", a.reply->line());
    CHECK(a.untouched());
  }
}

TEST_CASE("a statement that leaves the schema wrong is rolled back by the verification") {
  const Attempt a({raw_operation("drop", OperationClass::destructive, {"ALTER TABLE public.users DROP COLUMN name"})});
  CHECK_MESSAGE(a.reply->code() == "MIGRATION.SCHEMA_VERIFY_FAILED", a.reply->line());
  CHECK(a.untouched());
}

TEST_CASE("settings that a statement leaves behind do not lead the engine astray") {
  const Attempt a({raw_operation("set", OperationClass::data,
                                 {"CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.users (id int)",
                                  "SET search_path = elsewhere; SET standard_conforming_strings = on; SET datestyle = "
                                  "'German'; SET client_min_messages = error",
                                  touch})});
  CHECK_MESSAGE(a.reply->outcome() == "applied", a.reply->line());
  CHECK(a.legacy() == "touched\n");
}

TEST_CASE("a transform that leaves work undone fails, and nothing after it runs") {
  const Attempt a({checked("half", {"UPDATE public.users SET legacy = NULL WHERE id = 1"},
                           "SELECT 1 FROM public.users WHERE legacy IS NOT NULL"),
                   raw_operation("never", OperationClass::data, {"SELECT 1/0"})});
  CHECK_MESSAGE(a.reply->code() == "MIGRATION.POSTCHECK_FAILED", a.reply->line());
  CHECK(a.reply->at("error.data.meta.operationId") == "half");
  CHECK(a.untouched());
}

TEST_CASE("an operation whose postcheck already holds is skipped, told so in the ledger, and skips no other") {
  const Attempt a({checked("done", {"SELECT 1/0"}, "SELECT 1 FROM public.users WHERE legacy = 'touched'"),
                   raw_operation("next", OperationClass::data, {touch})});
  CHECK_MESSAGE(a.reply->outcome() == "applied", a.reply->line());
  CHECK(a.reply->at("result.packages.0.operations.0.skipped") == "true");
  CHECK(a.reply->at("result.packages.0.operations.1.skipped").empty());
  CHECK(a.reply->at("result.skipped") == "1");
  CHECK(a.reply->at("result.executed") == "1");
  CHECK(a.legacy() == "touched\n");
  CHECK(ask(a.db.url(), ledger_reason) == "postcheck_pre_satisfied|0\n");
}

TEST_CASE("an operation that starts elsewhere is refused by its precheck") {
  RawSql op = raw_operation("elsewhere", OperationClass::data, {touch});
  op.precheck = {check_of("SELECT to_regclass('public.absent') IS NOT NULL")};
  const Attempt a({op});
  CHECK_MESSAGE(a.reply->code() == "MIGRATION.PRECHECK_FAILED", a.reply->line());
  CHECK(a.untouched());
}

namespace {

// The second package with its transform checked in another way.
std::string with_check(const Migrations& m, const std::string& check) {
  const Reply r = Engine().call(
      "evaluateMigration", R"({"package":")" + m.second() +
                               R"(","write":true,"slots":[{"transform":"backfill-users-handle","check":)" + check +
                               R"(,"run":[{"sql":"UPDATE public.users SET handle = 'run ' || id","params":[]}]}]})");
  REQUIRE_MESSAGE(r.code().empty(), r.line());
  return m.second();
}

}  // namespace

TEST_CASE("a transform that is checked by `false` always runs") {
  const Migrations own;
  const Populated db;
  const Reply r = apply_package(db, with_check(own, "false"));
  CHECK_MESSAGE(r.outcome() == "applied", r.line());
  CHECK(ask(db.url(), "SELECT handle FROM public.users ORDER BY id") == "run 1\nrun 2\nrun 3\n");
}

TEST_CASE("a transform that is checked by `true` never runs, and the tightening behind it still asks") {
  const Migrations own;
  const std::string package = with_check(own, "true");
  const Populated rows;
  const std::string before = state_of(rows.url());
  const Reply refused = apply_package(rows, package);
  CHECK_MESSAGE(refused.code() == "MIGRATION.PRECHECK_FAILED", refused.line());
  CHECK(state_of(rows.url()) == before);

  const Populated empty(0);
  const Reply applied = apply_package(empty, package);
  CHECK_MESSAGE(applied.outcome() == "applied", applied.line());
  CHECK(ask(empty.url(),
            "SELECT count(*) FROM prisma_contract.ledger, jsonb_array_elements(operations) o WHERE o ->> "
            "'id' = 'data_migration.backfill-users-handle' AND o -> 'meta' -> 'runner' ->> 'reason' = "
            "'postcheck_pre_satisfied'") == "1\n");
}

TEST_CASE("applying twice is applying once") {
  const Populated db;
  CHECK(apply_package(db, migrations().second()).outcome() == "applied");
  const std::string after = state_of(db.url());
  CHECK(apply_package(db, migrations().second()).outcome() == "upToDate");
  CHECK(state_of(db.url()) == after);
}

TEST_CASE("what is applied is ops.json: migration.ts does not count, and a hand-edited ops.json is refused") {
  const Migrations own;
  const Populated db;
  const std::string before = state_of(db.url());
  const std::string operations = read_file(own.second() + "/ops.json");
  std::string edited = operations;
  const std::string from = "SET \\\"handle\\\" = \\\"email\\\"";
  REQUIRE(edited.find(from) != std::string::npos);
  edited.replace(edited.find(from), from.size(), "SET \\\"handle\\\" = 'x'");
  std::ofstream(own.second() + "/ops.json") << edited;
  const Reply refused = apply_package(db, own.second());
  CHECK_MESSAGE(refused.code() == "MIGRATION.HASH_MISMATCH", refused.line());
  CHECK(state_of(db.url()) == before);

  std::ofstream(own.second() + "/ops.json") << operations;
  std::ofstream(own.second() + "/migration.ts") << "throw new Error('not run')";
  const Reply applied = apply_package(db, own.second());
  CHECK_MESSAGE(applied.outcome() == "applied", applied.line());
  CHECK(ask(db.url(), "SELECT handle = email FROM public.users WHERE id = 1") == "t\n");
}
