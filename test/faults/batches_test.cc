// Transforms that go through a table in batches, ended between and within them, and with others in their way.
#include <thread>

#include "engine/ops/by_hand/raw_sql.h"
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
