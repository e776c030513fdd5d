// What the server refuses: writing, privileges, time.
#include "engine/ops/by_hand/raw_sql.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

Reply apply_all(const std::string& url, const std::string& more = {}) {
  return Engine().call("applyMigration", apply_params(url, "migrations", migrations().path(), more));
}

// The URL with another user.
std::string as_user(std::string url, const std::string& name) {
  const std::string from = "//postgres@";
  const std::size_t at = url.find(from);
  REQUIRE(at != std::string::npos);
  return url.replace(at, from.size(), "//" + name + "@");
}

std::string package_with(const std::string& space, const RawSql& op) {
  return write_package(space, "one", contract_2(), {op});
}

}  // namespace

TEST_CASE("a read-only database is left alone, new or not") {
  const Database empty;
  const Populated populated;
  for (const Database* db : {static_cast<const Database*>(&empty), static_cast<const Database*>(&populated)}) {
    const std::string before = state_of(db->url());
    const std::string name = ask(db->url(), "SELECT quote_ident(current_database())");
    db->connect().run(Sql::trusted("ALTER DATABASE " + name + " SET default_transaction_read_only = on"));
    const Reply r = apply_all(db->url());
    CHECK_MESSAGE(r.code() == "DATABASE.READ_ONLY", r.line());
    CHECK(state_of(db->url()) == before);
  }
}

TEST_CASE("a read-only database that is up to date says so") {
  const Database db;
  REQUIRE(apply_all(db.url()).outcome() == "applied");
  const std::string name = ask(db.url(), "SELECT quote_ident(current_database())");
  db.connect().run(Sql::trusted("ALTER DATABASE " + name + " SET default_transaction_read_only = on"));
  const Reply r = apply_all(db.url());
  CHECK_MESSAGE(r.outcome() == "upToDate", r.line());
}

TEST_CASE("a role without privileges changes nothing") {
  const Database empty;
  const Populated populated;
  empty.connect().run("CREATE ROLE fault_reader LOGIN");
  for (const Database* db : {static_cast<const Database*>(&empty), static_cast<const Database*>(&populated)}) {
    const std::string before = state_of(db->url());
    const Reply r = apply_all(as_user(db->url(), "fault_reader"));
    CHECK_MESSAGE(r.code() == "DATABASE.INSUFFICIENT_PRIVILEGE", r.line());
    CHECK(state_of(db->url()) == before);
  }
  // May keep the books, but not touch the tables.
  populated.connect().run(
      "GRANT USAGE ON SCHEMA prisma_contract TO fault_reader; GRANT ALL ON ALL TABLES IN SCHEMA prisma_contract TO "
      "fault_reader; GRANT ALL ON ALL SEQUENCES IN SCHEMA prisma_contract TO fault_reader");
  const std::string before = state_of(populated.url());
  const Reply r = apply_all(as_user(populated.url(), "fault_reader"));
  CHECK_MESSAGE(r.code() == "DATABASE.INSUFFICIENT_PRIVILEGE", r.line());
  CHECK(!r.at("error.data.meta.operationId").empty());
  CHECK(state_of(populated.url()) == before);
  populated.connect().run("DROP OWNED BY fault_reader; DROP ROLE fault_reader");
}

TEST_CASE("a statement that takes too long ends the run within its limit") {
  const Populated db;
  const TemporaryDirectory space;
  const std::string package =
      package_with(space.path(), raw_operation("slow", OperationClass::data,
                                               {"UPDATE public.users SET legacy = 'touched'", "SELECT pg_sleep(600)"}));
  const std::string before = state_of(db.url());
  const auto start = std::chrono::steady_clock::now();
  const Reply r =
      Engine().call("applyMigration", apply_params(db.url(), "package", package, R"("statementTimeoutMs":200)"));
  CHECK_MESSAGE(r.code() == "DATABASE.STATEMENT_TIMEOUT", r.line());
  CHECK(r.at("error.data.meta.operationId") == "slow");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(state_of(db.url()) == before);
}

TEST_CASE("waiting for another run is not a statement that takes too long") {
  const Populated db;
  Connection holder = db.connect();
  holder.run("SELECT pg_advisory_lock(hashtext('prisma_next.contract.marker:public:app'))");
  Engine engine;
  engine.send("applyMigration", apply_params(db.url(), "migrations", migrations().path(),
                                             R"("statementTimeoutMs":5000,"lockTimeoutMs":4000)"));
  await(db.url(), waits_for_lock);
  std::this_thread::sleep_for(std::chrono::milliseconds(5500));
  holder.run("SELECT pg_advisory_unlock_all()");
  const auto r = engine.reply();
  REQUIRE(r);
  CHECK_MESSAGE(r->outcome() == "applied", r->line());
}

TEST_CASE("a constraint that fails at COMMIT rolls everything back") {
  const Populated db;
  db.connect().run(
      "CREATE TABLE public.late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO public.late VALUES (1)");
  const TemporaryDirectory space;
  const std::string package = write_package(
      space.path(), "late", contract_1(),
      {raw_operation("twice", OperationClass::data,
                     {"UPDATE public.users SET legacy = 'touched'", "INSERT INTO public.late VALUES (1)"})});
  const std::string before = state_of(db.url());
  const Reply r = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(r.at("error.data.meta.sqlState") == "23505", r.line());
  CHECK(state_of(db.url()) == before);
}
