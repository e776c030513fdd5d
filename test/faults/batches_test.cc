// Transforms that go through a table in batches, ended between and within them, and with others in their way.
#include <thread>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/triggers/create_sync_trigger.h"
#include "runner/postgres/apply.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

constexpr int number_of_rows = 60;

// Counts in every row how often it ran: it has no checks, and would do its work twice.
RawSql counting_in_batches(const std::string& batch) {
  RawSql out = raw_operation("count", OperationClass::data, {"UPDATE public.users SET name = name || '+'"});
  out.raw_meta = JsonText{R"({"batch":)" + batch + "}"};
  return out;
}

std::string package_in_batches(const std::string& space, const std::string& batch) {
  return write_package(space, "batches", contract_1(), {counting_in_batches(batch)});
}

const std::string done_once =
    "SELECT (SELECT count(*) FROM public.users WHERE name LIKE '%+' AND name NOT LIKE '%++'), (SELECT count(*) FROM "
    "prisma_contract.plinth_journal), (SELECT count(*) FROM prisma_contract.ledger WHERE migration_name LIKE "
    "'%batches')";
const std::string all_once = std::to_string(number_of_rows) + "|0|1\n";

// How many rows the journal says that batches have gone through.
std::string went_through(int batches, int size) {
  return "SELECT to_regclass('prisma_contract.plinth_journal') IS NOT NULL AND (xpath('/row/r/text()', "
         "query_to_xml('SELECT "
         "coalesce(max((progress ->> ''rows'')::int), 0) >= " +
         std::to_string(batches * size) +
         " AS r FROM prisma_contract.plinth_journal', true, true, '')))[1]::text = 'true'";
}

}  // namespace

TEST_CASE("batches: killed in any of them, a second run goes on behind the last one, and no row is done twice") {
  const TemporaryDirectory space;
  constexpr int size = 10;
  const std::string package = package_in_batches(space.path(), R"({"size":10,"pauseMs":20})");
  for (int batch = 0; batch < number_of_rows / size; ++batch) {
    for (const int signal : {SIGKILL, SIGTERM}) {
      CAPTURE(batch);
      CAPTURE(signal);
      const Populated db(number_of_rows);
      {
        Engine engine;
        engine.send("applyMigration", apply_params(db.url(), "package", package));
        await(db.url(), went_through(batch, size));
        engine.signal(signal);
        engine.close_input();
        engine.wait();
      }
      await_quiet(db.url());
      const Reply again = Engine().call("applyMigration", apply_params(db.url(), "package", package));
      CHECK_MESSAGE((again.outcome() == "applied" || again.outcome() == "upToDate"), again.line());
      CHECK(ask(db.url(), done_once) == all_once);
    }
  }
}

TEST_CASE("batches: they get smaller until one is short enough") {
  const TemporaryDirectory space;
  const std::string package = package_in_batches(space.path(), R"({"size":1000,"maxLockMs":200})");
  const Populated db(number_of_rows);
  db.connect().run(
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NEW; "
      "END'; CREATE TRIGGER slow BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.slow()");
  const Reply reply = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(reply.outcome() == "applied", reply.line());
  CHECK(ask(db.url(), done_once) == all_once);
  // One row alone takes too long.
  const std::string hasty = package_in_batches(space.path() + "/hasty", R"({"maxLockMs":5})");
  const Populated other(number_of_rows);
  other.connect().run(
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN NEW; "
      "END'; CREATE TRIGGER slow BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.slow()");
  const Reply refused = Engine().call("applyMigration", apply_params(other.url(), "package", hasty));
  CHECK_MESSAGE(refused.code() == "DATABASE.STATEMENT_TIMEOUT", refused.line());
  CHECK(refused.at("error.data.fix").find("maxLockMs") != std::string::npos);
}

TEST_CASE("batches: a row that another session holds is waited for, as long as lockTimeoutMs says") {
  const TemporaryDirectory space;
  const std::string package = package_in_batches(space.path(), R"({"size":10,"maxLockMs":100})");
  const Populated db(number_of_rows);
  Connection holder = db.connect();
  holder.run("BEGIN");
  holder.run("UPDATE public.users SET email = email WHERE id = 35");
  const Reply refused =
      Engine().call("applyMigration", apply_params(db.url(), "package", package, R"("lockTimeoutMs":500)"));
  CHECK_MESSAGE(refused.code() == "DATABASE.LOCK_TIMEOUT", refused.line());
  CHECK(refused.at("error.data.meta.blockers").find("pid") != std::string::npos);
  Engine engine;
  engine.send("applyMigration", apply_params(db.url(), "package", package));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  holder.run("COMMIT");
  const auto reply = engine.reply();
  REQUIRE(reply);
  CHECK_MESSAGE(reply->outcome() == "applied", reply->line());
  CHECK(ask(db.url(), done_once) == all_once);
}

TEST_CASE("batches: a table without the key is refused before a row is changed") {
  const TemporaryDirectory space;
  const Populated db(number_of_rows);
  const std::string before = state_of(db.url());
  for (const std::string batch : {R"({"by":["name"]})", R"({"by":["id","email"]})"}) {
    const std::string package = package_in_batches(space.path() + "/" + std::to_string(batch.size()), batch);
    const Reply refused = Engine().call("applyMigration", apply_params(db.url(), "package", package));
    CHECK_MESSAGE(refused.code() == "MIGRATION.NOT_BATCHABLE", refused.line());
    CHECK(refused.at("error.data.fix").find("(id); (email)") != std::string::npos);
    CHECK(ask(db.url(), "SELECT count(*) FROM public.users WHERE name LIKE '%+'") == "0\n");
    // Nothing has begun: another migration may go first.
    CHECK(ask(db.url(), "SELECT count(*) FROM prisma_contract.plinth_journal") == "0\n");
  }
  // In the order of the key, and not in that of its text: each batch has its rows and no more.
  db.connect().run(
      "CREATE TABLE public.sizes (n int); CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
      "INSERT "
      "INTO public.sizes SELECT count(*) FROM fresh; RETURN NULL; END'; CREATE TRIGGER note AFTER UPDATE ON "
      "public.users "
      "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.note()");
  const std::string by_id = package_in_batches(space.path() + "/by_id", R"({"size":7})");
  const Reply reply = Engine().call("applyMigration", apply_params(db.url(), "package", by_id));
  CHECK_MESSAGE(reply.outcome() == "applied", reply.line());
  CHECK(ask(db.url(), done_once) == all_once);
  CHECK(ask(db.url(), "SELECT max(n) || ' ' || count(*) FROM public.sizes") == "7 9\n");
}

TEST_CASE("batches: other statements do not go on where these have come, unless a check tells what is done") {
  const TemporaryDirectory space;
  const Populated db(number_of_rows);
  db.connect().run(
      "CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF (SELECT min(id) FROM fresh) > 20 "
      "THEN "
      "RAISE ''enough''; END IF; RETURN NULL; END'; CREATE TRIGGER note AFTER UPDATE ON public.users REFERENCING NEW "
      "TABLE "
      "AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.note()");
  const std::string package = package_in_batches(space.path() + "/a", R"({"size":10})");
  const Reply failed = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(failed.code() == "MIGRATION.EXECUTION_FAILED", failed.line());
  RawSql other = counting_in_batches(R"({"size":10})");
  other.execute.front().sql = "UPDATE public.users SET name = '+' || name";
  const std::string changed = write_package(space.path() + "/b", "batches", contract_1(), {other});
  const Reply refused = Engine().call("applyMigration", apply_params(db.url(), "package", changed));
  CHECK_MESSAGE(refused.code() == "MIGRATION.INTERRUPTED", refused.line());
  db.connect().run("DROP TRIGGER note ON public.users");
  // Another size is no other statement.
  const std::string smaller = package_in_batches(space.path() + "/c", R"({"size":3})");
  const Reply done = Engine().call("applyMigration", apply_params(db.url(), "package", smaller));
  CHECK_MESSAGE(done.outcome() == "applied", done.line());
  CHECK(ask(db.url(), done_once) == all_once);
}

namespace {

std::vector<std::string> counts(const std::string& url) {
  std::vector<std::string> out;
  for (const char* table : {"one", "two"}) {
    out.push_back(ask(url, "SELECT string_agg(DISTINCT n::text, ',') FROM public." + std::string(table)));
  }
  return out;
}

// Beside users, tables that no contract names: each row counts what was done to it.
void add_counters(const std::string& url) {
  Connection(url).run(
      "CREATE TABLE public.one (id int PRIMARY KEY, n int DEFAULT 0, b int); CREATE TABLE public.two (LIKE public.one "
      "INCLUDING ALL); INSERT INTO public.one (id) SELECT generate_series(1, 40); INSERT INTO public.two (id) SELECT "
      "generate_series(1, 40)");
}

RawSql in_batches_of_ten(const std::vector<std::string>& statements, const std::string& more = "") {
  RawSql out = raw_operation("count", OperationClass::data, statements);
  out.raw_meta = JsonText{R"({"batch":{"size":10)" + more + "}}"};
  return out;
}

Reply apply_operations(const std::string& url, const TemporaryDirectory& space, const std::string& name,
                       const std::vector<RawSql>& operations) {
  const std::string package = write_package(space.path() + "/" + name, "batches", contract_1(), operations);
  return Engine().call("applyMigration", apply_params(url, "package", package));
}

// Refuses the batches of a table from the third one on.
void stop_at_third(const std::string& url, const std::string& table) {
  Connection(url).run(
      Sql::trusted("CREATE OR REPLACE FUNCTION public.stop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF (SELECT "
                   "min(id) FROM fresh) > "
                   "20 THEN RAISE ''enough''; END IF; RETURN NULL; END'; CREATE TRIGGER stop AFTER UPDATE ON public." +
                   table + " REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION public.stop()"));
}

}  // namespace

TEST_CASE("batches: all statements of a transform are finished, though its check holds after the first one") {
  const TemporaryDirectory space;
  const Populated db;
  add_counters(db.url());
  stop_at_third(db.url(), "two");
  RawSql op = in_batches_of_ten(
      {"UPDATE public.one SET b = id, n = n + 1 WHERE b IS NULL", "UPDATE public.two SET n = n + 1 WHERE n >= 0"});
  op.postcheck = {{"no row is left", "SELECT NOT EXISTS (SELECT FROM public.one WHERE b IS NULL)", {}, {}}};
  const Reply failed = apply_operations(db.url(), space, "a", {op});
  CHECK_MESSAGE(failed.code() == "MIGRATION.EXECUTION_FAILED", failed.line());
  db.connect().run("DROP TRIGGER stop ON public.two");
  const Reply done = apply_operations(db.url(), space, "b", {op});
  CHECK_MESSAGE(done.outcome() == "applied", done.line());
  CHECK(counts(db.url()) == std::vector<std::string>{"1\n", "1\n"});
}

TEST_CASE("batches: where they have come belongs to the operation, and not to its place in the package") {
  const TemporaryDirectory space;
  const Populated db;
  add_counters(db.url());
  stop_at_third(db.url(), "one");
  const RawSql first = in_batches_of_ten({"UPDATE public.one SET n = n + 1 WHERE true"});
  RawSql before = in_batches_of_ten({"UPDATE public.two SET n = n + 1 WHERE true"});
  before.raw_id = "before";
  CHECK(apply_operations(db.url(), space, "a", {first}).code() == "MIGRATION.EXECUTION_FAILED");
  db.connect().run("DROP TRIGGER stop ON public.one");
  const Reply refused = apply_operations(db.url(), space, "b", {before, first});
  CHECK_MESSAGE(refused.code() == "MIGRATION.INTERRUPTED", refused.line());
  const Reply done = apply_operations(db.url(), space, "c", {first});
  CHECK_MESSAGE(done.outcome() == "applied", done.line());
  CHECK(counts(db.url()) == std::vector<std::string>{"1\n", "0\n"});
}

TEST_CASE("batches: a check that never holds ends, and a statement without a condition is not repeated") {
  const TemporaryDirectory space;
  const Populated db;
  add_counters(db.url());
  RawSql op = in_batches_of_ten({"UPDATE public.one SET n = n + 1"});
  op.postcheck = {{"never", "SELECT EXISTS (SELECT FROM public.one WHERE n > 1)", {}, {}}};
  for (const char* name : {"a", "b"}) {
    const Reply failed = apply_operations(db.url(), space, name, {op});
    CHECK_MESSAGE(failed.code() == "MIGRATION.POSTCHECK_FAILED", failed.line());
  }
  CHECK(counts(db.url()).front() == "1\n");
  db.connect().run("DELETE FROM prisma_contract.plinth_journal");
  op.execute.front().sql = "UPDATE public.one SET n = n + 1 WHERE n > 0";
  op.postcheck.front().sql = "SELECT false";
  const Reply stuck = apply_operations(db.url(), space, "c", {op});
  CHECK_MESSAGE(stuck.code() == "MIGRATION.POSTCHECK_FAILED", stuck.line());
  CHECK(counts(db.url()).front() == "3\n");  // two passes, of which the second one changed no fewer rows
}

TEST_CASE("batches: rows that are written behind them are found by the check") {
  const TemporaryDirectory space;
  const Populated db;
  add_counters(db.url());
  db.connect().run(
      "CREATE FUNCTION public.more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF (SELECT max(id) FROM public.one) = "
      "40 "
      "THEN INSERT INTO public.one (id) VALUES (0), (99); END IF; RETURN NULL; END'; CREATE TRIGGER more AFTER UPDATE "
      "ON "
      "public.one FOR EACH STATEMENT EXECUTE FUNCTION public.more()");
  RawSql op = in_batches_of_ten({"UPDATE public.one SET b = id, n = n + 1 WHERE b IS NULL"});
  op.postcheck = {{"no row is left", "SELECT NOT EXISTS (SELECT FROM public.one WHERE b IS NULL)", {}, {}}};
  const Reply done = apply_operations(db.url(), space, "a", {op});
  CHECK_MESSAGE(done.outcome() == "applied", done.line());
  CHECK(ask(db.url(), "SELECT count(*), min(n), max(n) FROM public.one") == "42|1|1\n");
}

TEST_CASE("batches: keys of several columns and of text; keys that may change under way, or that not all rows have") {
  const TemporaryDirectory space;
  const Populated db;
  add_counters(db.url());
  db.connect().run(
      "CREATE TABLE public.\"Pair\" (a int, \"B\" text, n int DEFAULT 0, PRIMARY KEY (a, \"B\")); INSERT INTO "
      "public.\"Pair\" (a, \"B\") SELECT g % 5, 'x' || g FROM generate_series(1, 33) g; ALTER TABLE public.two ADD k "
      "int "
      "GENERATED ALWAYS AS (b) STORED; UPDATE public.two SET b = id; ALTER TABLE public.two ALTER k SET NOT NULL; "
      "CREATE "
      "UNIQUE INDEX ON public.two (k)");
  const Reply pair = apply_operations(
      db.url(), space, "a", {in_batches_of_ten({"UPDATE public.\"Pair\" p SET n = p.n + 1 WHERE p.n = 0 OR p.n > 0"})});
  CHECK_MESSAGE(pair.outcome() == "applied", pair.line());
  CHECK(ask(db.url(), "SELECT string_agg(DISTINCT n::text, ',') FROM public.\"Pair\"") == "1\n");
  const Reply generated = apply_operations(
      db.url(), space, "b", {in_batches_of_ten({"UPDATE public.two SET b = b + 100"}, R"(,"by":["k"])")});
  CHECK_MESSAGE(generated.code() == "MIGRATION.NOT_BATCHABLE", generated.line());
  const Reply assigned =
      apply_operations(db.url(), space, "c", {in_batches_of_ten({"UPDATE public.two SET id = id + 100"})});
  CHECK_MESSAGE(assigned.code() == "MIGRATION.NOT_BATCHABLE", assigned.line());
  db.connect().run("CREATE TABLE public.child () INHERITS (public.one)");
  const Reply inherited =
      apply_operations(db.url(), space, "d", {in_batches_of_ten({"UPDATE public.one SET n = n + 1"})});
  CHECK_MESSAGE(inherited.code() == "MIGRATION.NOT_BATCHABLE", inherited.line());
  CHECK(counts(db.url()) == std::vector<std::string>{"0\n", "0\n"});
  const Reply deleted = apply_operations(
      db.url(), space, "e",
      {in_batches_of_ten({"DELETE FROM public.two USING public.one WHERE two.id = one.id AND one.id < 31"})});
  CHECK_MESSAGE(deleted.outcome() == "applied", deleted.line());
  CHECK(ask(db.url(), "SELECT count(*) FROM public.two") == "10\n");
}

TEST_CASE("sync: an expression that triggers cannot evaluate is refused before any writer meets it") {
  const TemporaryDirectory space;
  const Populated db;
  for (const std::string value : {"lower(public.users.email)", "nothing", "tableoid::text"}) {
    CAPTURE(value);
    const CreateSyncTrigger sync{"public", "users", "legacy", value};
    const std::string package =
        write_package(space.path() + "/" + std::to_string(value.size()), "batches", contract_1(), stored_forms({sync}));
    const Reply refused = Engine().call("applyMigration", apply_params(db.url(), "package", package));
    CHECK_MESSAGE(refused.code() == "MIGRATION.EXECUTION_FAILED", refused.line());
    CHECK(ask(db.url(), "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal") == "0\n");
  }
}

TEST_CASE("sync: rows get the value whatever the session of the writer has set; what a writer sets stays") {
  const Populated db;
  Connection c = db.connect();
  const CreateSyncTrigger sync{"public", "users", "legacy", "to_tsvector(name)::text || to_char(10, 'L')"};
  c.run("SET default_text_search_config = 'pg_catalog.english'");
  for (const auto& step : steps(Operation(sync)).execute) c.run(Sql::trusted(step.sql));
  c.run("SET default_text_search_config = 'pg_catalog.simple'; SET search_path = pg_catalog");
  c.run("INSERT INTO public.users (email, name) VALUES ('a', 'running dogs')");
  const auto value = [&] { return ask(db.url(), "SELECT legacy FROM public.users WHERE email = 'a'"); };
  CHECK(value().find("'run'") != std::string::npos);
  c.run("UPDATE public.users SET name = 'sleeping cats' WHERE email = 'a'");
  CHECK(value().find("'cat'") != std::string::npos);
  c.run("UPDATE public.users SET legacy = 'mine' WHERE email = 'a'");
  c.run("UPDATE public.users SET name = 'other' WHERE email = 'a'");
  CHECK(value() == "mine\n");
  // Triggers with another expression are not taken for these.
  const CreateSyncTrigger other{"public", "users", "legacy", "upper(name)"};
  const Steps of_other = steps(Operation(other));
  CHECK_FALSE(c.run(query_of(of_other.precheck.at(1))).truthy());
  CHECK_FALSE(c.run(query_of(of_other.postcheck.at(0))).truthy());
  CHECK(c.run(query_of(steps(Operation(sync)).postcheck.at(0))).truthy());
}
