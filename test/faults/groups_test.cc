// Migrations that are committed in several parts, ended between and within them.
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/indexes/create_index.h"
#include "runner/files/store.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

// Counts in every row how often it ran: it has no checks, and would do its work twice.
RawSql counting(const std::string& id) {
  RawSql out = raw_operation(id, OperationClass::data, {"UPDATE public.users SET name = name || '+'"});
  out.raw_meta = JsonText{R"({"transaction":"requiresTx"})"};
  return out;
}

Operation index_on_email(const std::string& name) {
  CreateIndex out;
  out.table = "users";
  out.definition.name = name;
  out.definition.keys = {IndexKey::of("email")};
  out.concurrently = true;
  return out;
}

// The operations of the second package that make the table posts.
std::vector<RawSql> operations_of_posts() {
  std::vector<RawSql> out;
  for (const auto& op : load_package(migrations().second()).operations) {
    if (op.raw_id.find("posts") != std::string::npos) out.push_back(op);
  }
  return out;
}

// From version 1, in several parts: transforms, indexes that are built outside of transactions, a new table.
std::string package_in_groups(const std::string& space) {
  std::vector<Operation> operations = {counting("first"), index_on_email("by_email"), counting("second"),
                                       index_on_email("by_email_again")};
  std::vector<RawSql> stored = stored_forms(operations);
  for (auto& op : operations_of_posts()) stored.push_back(std::move(op));
  return write_package(space, "groups", contract_with_posts(), stored);
}

const std::string once_each =
    "SELECT (SELECT count(*) FROM public.users WHERE name LIKE '%++' AND name NOT LIKE '%+++'), (SELECT count(*) "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'by_email%' AND i.indisvalid), "
    "(SELECT count(*) FROM prisma_contract.plinth_journal), (SELECT count(*) FROM prisma_contract.ledger WHERE "
    "migration_name LIKE '%groups')";

int steps_of(const std::string& package) {
  const Populated db;
  int steps = 0;
  Engine engine;
  engine.send("applyMigration", apply_params(db.url(), "package", package));
  const auto reply = engine.reply([&](int, int total) { steps = total; });
  REQUIRE(reply);
  REQUIRE_MESSAGE(reply->outcome() == "applied", reply->line());
  return steps;
}

}  // namespace

TEST_CASE("killed in any part, a second run goes on behind what is done, and does nothing twice") {
  const TemporaryDirectory space;
  const std::string package = package_in_groups(space.path());
  const int steps = steps_of(package);
  for (int step = 1; step <= steps; ++step) {
    for (const int signal : {SIGKILL, SIGTERM}) {
      if (signal == SIGTERM && step % 4 != 0) continue;
      CAPTURE(step);
      CAPTURE(signal);
      const Populated db;
      slow_down(db.url());
      {
        Engine engine;
        engine.send("applyMigration", apply_params(db.url(), "package", package));
        engine.reply([&](int at, int) {
          if (at == step) engine.signal(signal);
        });
        engine.close_input();
        engine.wait();
      }
      // The marker moves with the last part only.
      CHECK(ask(db.url(), "SELECT count(*) FROM prisma_contract.ledger WHERE migration_name LIKE '%groups'") == "0\n");
      const Reply again = Engine().call("applyMigration", apply_params(db.url(), "package", package));
      CHECK_MESSAGE(again.outcome() == "applied", again.line());
      CHECK(ask(db.url(), once_each) == "3|2|0|1\n");
    }
  }
}

TEST_CASE("a transform is not committed before what drops the values that it has seen, nor row security in parts") {
  const TemporaryDirectory space;
  std::vector<RawSql> operations = {counting("first")};
  for (const auto& op : load_package(migrations().second()).operations) operations.push_back(op);
  const std::string package = write_package(space.path(), "groups", contract_2(), operations);
  const Populated db;
  const std::string before = state_of(db.url());
  const Reply refused = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(refused.code() == "MIGRATION.SEVERAL_TRANSACTIONS", refused.line());
  CHECK(state_of(db.url()) == before);
}

TEST_CASE("two runs of a migration in several parts: one does it, the other one sees that it is done") {
  const TemporaryDirectory space;
  const std::string package = package_in_groups(space.path());
  const Populated db;
  std::vector<Engine> engines(4);
  for (auto& engine : engines) engine.send("applyMigration", apply_params(db.url(), "package", package));
  int applied = 0;
  for (auto& engine : engines) {
    const auto reply = engine.reply();
    REQUIRE(reply);
    CHECK_MESSAGE((reply->outcome() == "applied" || reply->outcome() == "upToDate"), reply->line());
    applied += reply->outcome() == "applied" ? 1 : 0;
  }
  CHECK(applied == 1);
  CHECK(ask(db.url(), once_each) == "3|2|0|1\n");
}

TEST_CASE("an operation outside of transactions without checks is not guessed at") {
  const TemporaryDirectory space;
  RawSql vacuum = raw_operation("vacuum", OperationClass::additive, {"VACUUM public.users"});
  vacuum.raw_meta = JsonText{R"({"transaction":"nonTx"})"};
  std::vector<RawSql> operations = {vacuum};
  for (const auto& op : operations_of_posts()) operations.push_back(op);
  const std::string package = write_package(space.path(), "groups", contract_with_posts(), operations);
  const Populated db;
  const std::string hash = load_package(package).manifest.migration_hash;
  // The package begins, and its first operation is taken for interrupted.
  Connection connection = db.connect();
  connection.run(Query{"CREATE TABLE public.posts (x int)", {}});
  const Reply begun = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(begun.code() == "MIGRATION.EXECUTION_FAILED", begun.line());
  CHECK(begun.at("error.data.meta.partsDone") == "1");
  connection.run(Query{"DROP TABLE public.posts", {}});
  connection.run(Query{"UPDATE prisma_contract.plinth_journal SET done_at = NULL WHERE position = 0", {}});
  const Reply stopped = Engine().call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(stopped.code() == "MIGRATION.INTERRUPTED", stopped.line());
  CHECK(stopped.at("error.data.meta.operationId") == "vacuum");
  CHECK(ask(db.url(), "SELECT count(*) FROM prisma_contract.ledger WHERE migration_name LIKE '%groups'") == "0\n");
}

TEST_CASE("what failed outside of transactions may be corrected, and the package goes on behind what is done") {
  const TemporaryDirectory space;
  const auto package_with_vacuum = [&](const std::string& of, const std::string& table) {
    RawSql vacuum = raw_operation("vacuum", OperationClass::additive, {"VACUUM public." + table});
    vacuum.raw_meta = JsonText{R"({"transaction":"nonTx"})"};
    RawSql slow = raw_operation("slow", OperationClass::data, {"SELECT pg_sleep(1)"});
    slow.raw_meta = JsonText{R"({"transaction":"requiresTx"})"};
    std::vector<RawSql> operations = {counting("first"), vacuum, counting("second"), slow};
    for (const auto& op : operations_of_posts()) operations.push_back(op);
    return write_package(of, "groups", contract_with_posts(), operations);
  };
  const std::string wrong = package_with_vacuum(space.path() + "/a", "nothing");
  const std::string right = package_with_vacuum(space.path() + "/b", "users");
  const Populated db;
  db.connect().run(
      "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = 700', current_database()); END $$");
  const Reply failed = Engine().call("applyMigration", apply_params(db.url(), "package", wrong));
  CHECK_MESSAGE(failed.code() == "MIGRATION.EXECUTION_FAILED", failed.line());
  // Another change waits for it.
  const Reply other = Engine().call("applyMigration", apply_params(db.url(), "package", migrations().second()));
  CHECK_MESSAGE(other.code() == "MIGRATION.INTERRUPTED", other.line());
  // The limit that the database gives its statements holds again behind VACUUM.
  const Reply slow = Engine().call("applyMigration", apply_params(db.url(), "package", right));
  CHECK_MESSAGE(slow.code() == "DATABASE.STATEMENT_TIMEOUT", slow.line());
  const Reply done =
      Engine().call("applyMigration", apply_params(db.url(), "package", right, R"("statementTimeoutMs":5000)"));
  CHECK_MESSAGE(done.outcome() == "applied", done.line());
  CHECK(ask(db.url(), once_each) == "3|0|0|1\n");
}
