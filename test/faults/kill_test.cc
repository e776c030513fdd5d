// The engine is killed, asked to end, and cancelled at every step of a migration.
#include "engine/ops/by_hand/raw_sql.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

const std::string ledger_rows = "SELECT migration_name, count(*) FROM prisma_contract.ledger GROUP BY 1 ORDER BY 1";

std::string second(const std::string& url) { return apply_params(url, "package", migrations().second()); }

// Sends the second package and a signal when this step is heard. What the engine still said, and its exit code.
struct Ended {
  std::optional<Reply> reply;
  int total = 0, code = -1;
};
Ended signal_at(int step, int signal, const std::string& url) {
  Engine engine;
  engine.send("applyMigration", second(url));
  Ended out;
  out.reply = engine.reply([&](int at, int total) {
    out.total = total;
    if (at == step) engine.signal(signal);
  });
  engine.close_input();
  out.code = engine.wait();
  return out;
}

int steps_of_second() {
  const Populated db;
  return signal_at(0, 0, db.url()).total;
}

void check_rerun_converges(const std::string& url) {
  Engine engine;
  const Reply first = engine.call("applyMigration", second(url));
  CHECK_MESSAGE(first.outcome() == "applied", first.line());
  CHECK(ask(url, "SELECT id, email, name, handle FROM public.users ORDER BY id") ==
        "1|user1@example.com|User 1|user1@example.com\n2|user2@example.com|User 2|user2@example.com\n"
        "3|user3@example.com|User 3|user3@example.com\n");
  const std::string after = state_of(url);
  CHECK(engine.call("applyMigration", second(url)).outcome() == "upToDate");
  CHECK(state_of(url) == after);
  CHECK(ask(url, ledger_rows) == "20260101T0001_v1|1\n20260101T0002_v2|1\n");
}

}  // namespace

TEST_CASE("killed at any step, nothing is applied, and a second run arrives") {
  const int steps = steps_of_second();
  REQUIRE(steps >= 7);
  for (int step = 1; step <= steps; ++step) {
    CAPTURE(step);
    const Populated db;
    slow_down(db.url());
    const std::string before = state_of(db.url());
    const Ended ended = signal_at(step, SIGKILL, db.url());
    CHECK(ended.code == 128 + SIGKILL);
    CHECK(!ended.reply);
    await_quiet(db.url());
    CHECK(state_of(db.url()) == before);
    if (step % 3 == 0 || step == steps) check_rerun_converges(db.url());
  }
}

TEST_CASE("killed right before COMMIT, nothing is applied") {
  const Populated db;
  const std::string before = state_of(db.url());
  {
    // The last statement before COMMIT keeps the contract; it waits here.
    Connection holder = db.connect();
    const Transaction lock(holder);
    holder.run("LOCK TABLE prisma_contract.contract IN EXCLUSIVE MODE");
    Engine engine;
    engine.send("applyMigration", second(db.url()));
    await(db.url(),
          "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO "
          "\"prisma_contract\".\"contract\"%'");
    engine.signal(SIGKILL);
    CHECK(engine.wait() == 128 + SIGKILL);
  }
  await_quiet(db.url());
  CHECK(state_of(db.url()) == before);
  check_rerun_converges(db.url());
}

TEST_CASE("killed while it makes the bookkeeping tables, no trace remains") {
  const Database db;
  const std::string before = state_of(db.url());
  {
    Engine engine;
    engine.send("applyMigration", apply_params(db.url(), "package", migrations().first()));
    engine.reply([&](int, int) { engine.signal(SIGKILL); });
    CHECK(engine.wait() == 128 + SIGKILL);
  }
  await_quiet(db.url());
  const std::string after = state_of(db.url());
  CHECK((after == before || after.find("20260101T0001_v1") == std::string::npos));
  const Reply r = Engine().call("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  CHECK_MESSAGE(!r.outcome().empty(), r.line());
  CHECK(ask(db.url(), ledger_rows) == "20260101T0001_v1|1\n20260101T0002_v2|1\n");
}

TEST_CASE("asked to end at any step, it answers, rolls back, and exits with 0") {
  const int steps = steps_of_second();
  for (int step = 1; step <= steps; ++step) {
    CAPTURE(step);
    const Populated db;
    slow_down(db.url());
    const std::string before = state_of(db.url());
    const Ended ended = signal_at(step, SIGTERM, db.url());
    CHECK(ended.code == 0);
    REQUIRE(ended.reply);
    CHECK_MESSAGE(ended.reply->code() == "RPC.CANCELLED", ended.reply->line());
    CHECK(state_of(db.url()) == before);
  }
}

TEST_CASE("a cancel at any step rolls back, and the engine goes on") {
  const Populated db;
  slow_down(db.url());
  const std::string before = state_of(db.url());
  Engine engine;
  const int steps = steps_of_second();
  for (int step = 1; step <= steps; ++step) {
    CAPTURE(step);
    const int id = engine.send("applyMigration", second(db.url()));
    const auto reply = engine.reply([&](int at, int) {
      if (at == step) engine.cancel(id);
    });
    REQUIRE(reply);
    CHECK_MESSAGE(reply->code() == "RPC.CANCELLED", reply->line());
    CHECK(state_of(db.url()) == before);
  }
  check_rerun_converges(db.url());
}

TEST_CASE("a cancel stops a long statement of a transform") {
  const Populated db;
  const TemporaryDirectory space;
  const RawSql op = raw_operation("data_migration.slow", OperationClass::data,
                                  {"UPDATE public.users SET legacy = 'touched'; SELECT pg_sleep(600) /* long */"});
  const std::string package = write_package(space.path(), "slow", contract_2(), {op});
  const std::string before = state_of(db.url());
  Engine engine;
  const int id = engine.send("applyMigration", apply_params(db.url(), "package", package));
  await(db.url(),
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep' AND query LIKE "
        "'%/* long */'");
  engine.cancel(id);
  const auto reply = engine.reply();
  REQUIRE(reply);
  CHECK_MESSAGE(reply->code() == "RPC.CANCELLED", reply->line());
  CHECK(state_of(db.url()) == before);
  CHECK(engine.call("hashContract", R"({"contract":)" + contract_1() + "}").code().empty());
}
