// The server goes away in the middle of a migration.
#include <chrono>
#include <csignal>
#include <fstream>

#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

// A server of this test alone, which may die; what was committed is on the disk.
struct MortalServer {
  TemporaryDirectory directory;
  std::unique_ptr<EmbeddedServer> server = std::make_unique<EmbeddedServer>(address());
  std::string address() const { return "embedded:" + directory.path(); }
  const std::string& url() const { return server->url(); }
  pid_t postmaster() const {
    pid_t out = 0;
    std::ifstream(directory.path() + "/data/postmaster.pid") >> out;
    REQUIRE(out > 0);
    return out;
  }
  void kill_with(int signal) const { CHECK(kill(postmaster(), signal) == 0); }
  void restart() {
    server.reset();
    server = std::make_unique<EmbeddedServer>(address());
  }
};

const std::string asleep =
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";

void check_death_by(int signal) {
  CAPTURE(signal);
  MortalServer mortal;
  Engine engine;
  REQUIRE(engine.call("applyMigration", apply_params(mortal.url(), "package", migrations().first())).outcome() ==
          "applied");
  Connection(mortal.url())
      .run(
          "INSERT INTO public.users (email) VALUES ('a@example.com');"
          "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN "
          "NULL; "
          "END'; CREATE TRIGGER slow AFTER UPDATE ON public.users EXECUTE FUNCTION public.slow()");
  const std::string before = state_of(mortal.url());

  engine.send("applyMigration", apply_params(mortal.url(), "migrations", migrations().path()));
  await(mortal.url(), asleep);
  mortal.kill_with(signal);
  const auto lost = engine.reply();
  REQUIRE(lost);
  CHECK_MESSAGE(lost->code() == "DATABASE.CONNECTION_LOST", lost->line());
  CHECK(lost->at("error.data.meta.operationId") == "data_migration.backfill-users-handle");
  CHECK(engine.call("hashContract", R"({"contract":)" + contract_1() + "}").code().empty());
  const Reply gone = engine.call("applyMigration", apply_params(mortal.url(), "migrations", migrations().path()));
  CHECK_MESSAGE(gone.code() == "DATABASE.CONNECTION_FAILED", gone.line());

  mortal.restart();
  CHECK(state_of(mortal.url()) == before);
  Connection(mortal.url()).run("DROP TRIGGER slow ON public.users");
  const Reply again = engine.call("applyMigration", apply_params(mortal.url(), "migrations", migrations().path()));
  CHECK_MESSAGE(again.outcome() == "applied", again.line());
  CHECK(ask(mortal.url(), "SELECT handle FROM public.users") == "a@example.com\n");
  CHECK(ask(mortal.url(), "SELECT count(*) FROM prisma_contract.ledger") == "2\n");
}

// Stops the server, and the session that sleeps, which is returned.
pid_t freeze(const MortalServer& mortal) {
  await(mortal.url(), asleep);
  const pid_t out = std::stoi(ask(mortal.url(), "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"));
  REQUIRE(kill(out, SIGSTOP) == 0);
  mortal.kill_with(SIGSTOP);
  return out;
}

}  // namespace

TEST_CASE("a server that is killed in the middle of a transform loses nothing") { check_death_by(SIGKILL); }

TEST_CASE("a server that shuts down at once in the middle of a transform loses nothing") { check_death_by(SIGQUIT); }

TEST_CASE("a session that an administrator ends is a lost connection") {
  const Populated db;
  const std::string before = state_of(db.url());
  slow_down(db.url());
  Engine engine;
  engine.send("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  await(db.url(), asleep);
  ask(db.url(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
  const auto lost = engine.reply();
  REQUIRE(lost);
  CHECK_MESSAGE(lost->code() == "DATABASE.CONNECTION_LOST", lost->line());
  ask(db.url(), "DROP EVENT TRIGGER slow; DROP SCHEMA slow CASCADE; SELECT 1");
  await_quiet(db.url());
  CHECK(state_of(db.url()) == before);
  const Reply again = engine.call("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  CHECK_MESSAGE(again.outcome() == "applied", again.line());
}

TEST_CASE("a cancel while the server is frozen in COMMIT does not claim to know the outcome") {
  const MortalServer mortal;
  const std::string& url = mortal.url();
  Engine engine;
  REQUIRE(engine.call("applyMigration", apply_params(url, "package", migrations().first())).outcome() == "applied");
  Connection(url).run(
      "INSERT INTO public.users (email) VALUES ('a@example.com');"
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NULL; END';"
      "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON prisma_contract.ledger DEFERRABLE INITIALLY DEFERRED FOR EACH "
      "ROW EXECUTE "
      "FUNCTION public.slow()");
  const int id = engine.send("applyMigration", apply_params(url, "migrations", migrations().path()));
  const pid_t backend = freeze(mortal);
  engine.cancel(id);
  const auto cancelled = engine.reply();
  REQUIRE(cancelled);
  CHECK_MESSAGE(cancelled->code() == "RPC.CANCELLED", cancelled->line());
  CHECK_MESSAGE(cancelled->at("error.data.why").find("either committed as a whole or not at all") != std::string::npos,
                cancelled->line());
  CHECK_MESSAGE(cancelled->at("error.data.fix").find("Nothing was changed") == std::string::npos, cancelled->line());
  kill(backend, SIGCONT);
  mortal.kill_with(SIGCONT);
}

TEST_CASE("a server that is frozen does not keep a cancelled request open") {
  using namespace std::chrono;
  const MortalServer mortal;
  const std::string& url = mortal.url();
  Engine engine;
  REQUIRE(engine.call("applyMigration", apply_params(url, "package", migrations().first())).outcome() == "applied");
  Connection(url).run(
      "INSERT INTO public.users (email) VALUES ('a@example.com');"
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; "
      "END'; CREATE TRIGGER slow AFTER UPDATE ON public.users EXECUTE FUNCTION public.slow()");
  const std::string before = state_of(url);
  const int id = engine.send("applyMigration", apply_params(url, "migrations", migrations().path()));
  const pid_t backend = freeze(mortal);

  auto start = steady_clock::now();
  engine.cancel(id);
  const auto cancelled = engine.reply();
  REQUIRE(cancelled);
  CHECK_MESSAGE(cancelled->code() == "RPC.CANCELLED", cancelled->line());
  CHECK(steady_clock::now() - start < seconds(5));

  const int connecting = engine.send("introspect", R"({"url":)" + json::quote(url) + "}");
  start = steady_clock::now();
  engine.cancel(connecting);
  const auto refused = engine.reply();
  REQUIRE(refused);
  CHECK_MESSAGE(refused->code() == "RPC.CANCELLED", refused->line());
  CHECK(steady_clock::now() - start < seconds(5));

  kill(backend, SIGCONT);
  mortal.kill_with(SIGCONT);
  await(url, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')");
  CHECK(state_of(url) == before);
}
