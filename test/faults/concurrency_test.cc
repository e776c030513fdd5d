// Several engines, and other sessions, at one database at the same time.
#include <algorithm>
#include <list>
#include <memory>

#include "engine/ops/by_hand/data_transform.h"
#include "runner/files/store.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

// All engines apply the directory at once; how many say so of themselves.
std::vector<std::string> outcomes_of(int engines, const std::string& url, const std::string& path) {
  std::list<Engine> all;
  for (int i = 0; i < engines; ++i) {
    // Started, and past its first request, before any of them begins.
    CHECK(all.emplace_back().call("hashContract", R"({"contract":)" + contract_1() + "}").code().empty());
  }
  for (auto& e : all) e.send("applyMigration", apply_params(url, "migrations", path));
  std::vector<std::string> out;
  for (auto& e : all) {
    const auto reply = e.reply();
    REQUIRE(reply);
    out.push_back(reply->code().empty() ? reply->outcome() : reply->line());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> one_of(int engines) {
  std::vector<std::string> out(static_cast<std::size_t>(engines), "upToDate");
  out.front() = "applied";
  return out;
}

const std::string ledger = "SELECT migration_name FROM prisma_contract.ledger ORDER BY id";
const std::string both = "20260101T0001_v1\n20260101T0002_v2\n";

}  // namespace

TEST_CASE("of many engines at an empty database, one migrates and the others find it done") {
  for (const int engines : {2, 8}) {
    CAPTURE(engines);
    const Database db;
    CHECK(outcomes_of(engines, db.url(), migrations().path()) == one_of(engines));
    CHECK(ask(db.url(), ledger) == both);
    CHECK(ask(db.url(), "SELECT count(*) FROM prisma_contract.marker") == "1\n");
  }
}

TEST_CASE("of many engines at an older version, one migrates and none replays the path") {
  for (const int engines : {2, 8}) {
    CAPTURE(engines);
    const Populated db;
    CHECK(outcomes_of(engines, db.url(), migrations().path()) == one_of(engines));
    CHECK(ask(db.url(), ledger) == both);
    CHECK(ask(db.url(), "SELECT count(*) FROM public.users WHERE handle = email") == "3\n");
  }
}

TEST_CASE("different packages at once: each engine decides on what the one before it left") {
  const Database db;
  Engine first, second;
  first.send("applyMigration", apply_params(db.url(), "package", migrations().first()));
  second.send("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  const auto a = first.reply(), b = second.reply();
  REQUIRE(a);
  REQUIRE(b);
  CHECK_MESSAGE(b->outcome() == "applied", b->line());
  const bool was_first = a->outcome() == "applied";
  const bool found_it_moved_on = a->code() == "MIGRATION.MARKER_ORIGIN_MISMATCH";
  CHECK_MESSAGE((was_first || found_it_moved_on), a->line());
  CHECK(ask(db.url(), ledger) == both);
}

TEST_CASE("a run waits for the lock of another one as long as it is told") {
  const Database db;
  const std::string before = state_of(db.url());
  Connection holder = db.connect();
  holder.run("SELECT pg_advisory_lock(hashtext('prisma_next.contract.marker:public:app'))");
  Engine engine;
  const auto start = std::chrono::steady_clock::now();
  const Reply refused = engine.call(
      "applyMigration", apply_params(db.url(), "migrations", migrations().path(), R"("migrationLockTimeoutMs":200)"));
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK_MESSAGE(refused.code() == "DATABASE.LOCK_TIMEOUT", refused.line());
  CHECK(refused.at("error.data.meta.lock") == "prisma_next.contract.marker:public:app");
  CHECK(took >= std::chrono::milliseconds(200));
  CHECK(took < std::chrono::seconds(5));
  CHECK(state_of(db.url()) == before);

  engine.send("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  await(db.url(), waits_for_lock);
  holder.run("SELECT pg_advisory_unlock_all()");
  const auto applied = engine.reply();
  REQUIRE(applied);
  CHECK_MESSAGE(applied->outcome() == "applied", applied->line());
}

TEST_CASE("a row that is written while a transform runs is moved as well") {
  const Populated db;
  const TemporaryDirectory space;
  const std::string unmoved = "FROM public.users WHERE name IS DISTINCT FROM legacy";
  const std::string move = "UPDATE public.users SET name = legacy WHERE name IS DISTINCT FROM legacy";
  std::vector<Operation> operations = {
      DataTransform{"move",
                    {},
                    "migration.ts",
                    TransformCheck{TransformQuery{"SELECT 1 " + unmoved + " LIMIT 1", {}}},
                    std::vector<TransformQuery>{{move, {}}}}};
  for (auto& op : typed_operations(load_package(migrations().second()))) operations.push_back(std::move(op));
  const std::string package = write_package(space.path(), "move", contract_2(), stored_forms(operations));
  Connection writer = db.connect();
  Transaction open(writer);
  writer.run("INSERT INTO public.users (email, name, legacy) VALUES ('late', 'before', 'kept')");
  Engine engine;
  engine.send("applyMigration", apply_params(db.url(), "package", package));
  await(db.url(), "SELECT count(*) > 0 FROM pg_locks WHERE relation = 'public.users'::regclass AND NOT granted");
  open.commit();
  const auto reply = engine.reply();
  REQUIRE(reply);
  CHECK_MESSAGE(reply->outcome() == "applied", reply->line());
  CHECK(ask(db.url(), "SELECT name FROM public.users WHERE email = 'late'") == "kept\n");
}

TEST_CASE("a table that somebody holds ends the run within its lock timeout") {
  const Populated db;
  const std::string before = state_of(db.url());
  Connection holder = db.connect();
  const Transaction open(holder);
  holder.run("LOCK TABLE public.users IN ACCESS SHARE MODE");
  const auto start = std::chrono::steady_clock::now();
  const Reply refused = Engine().call(
      "applyMigration", apply_params(db.url(), "migrations", migrations().path(), R"("lockTimeoutMs":200)"));
  const auto took = std::chrono::steady_clock::now() - start;
  CHECK_MESSAGE(refused.code() == "DATABASE.LOCK_TIMEOUT", refused.line());
  CHECK(!refused.at("error.data.meta.operationId").empty());
  CHECK(took < std::chrono::seconds(5));
  CHECK(state_of(db.url()) == before);
}
