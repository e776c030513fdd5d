// Engines that share a private server.
#include <filesystem>
#include <fstream>

#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

std::string apply_to(const std::string& directory) {
  return apply_params("embedded:" + directory + "?durable=off", "migrations", migrations().path());
}

// The process that the server's file names; 0 when there is none.
pid_t postmaster(const std::string& directory) {
  pid_t out = 0;
  std::ifstream(directory + "/data/postmaster.pid") >> out;
  return out;
}
bool lives(pid_t process) { return process > 0 && kill(process, 0) == 0; }

void check_ends(pid_t process) {
  for (int i = 0; i < 2000 && lives(process); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(!lives(process));
}

}  // namespace

TEST_CASE("of two engines at one private server one is killed, the other goes on, and the last one stops it") {
  const TemporaryDirectory directory;
  Engine survivor;
  pid_t server = 0;
  {
    Engine victim;
    CHECK(victim.call("applyMigration", apply_to(directory.path())).outcome() == "applied");
    CHECK(survivor.call("applyMigration", apply_to(directory.path())).outcome() == "upToDate");
    server = postmaster(directory.path());
    victim.signal(SIGKILL);
    CHECK(victim.wait() == 128 + SIGKILL);
  }
  CHECK(lives(server));
  CHECK(survivor.call("applyMigration", apply_to(directory.path())).outcome() == "upToDate");
  CHECK(postmaster(directory.path()) == server);
  survivor.close_input();
  CHECK(survivor.wait() == 0);
  check_ends(server);
}

TEST_CASE("when the last engine is killed, the server ends, and the next engine finds everything") {
  const TemporaryDirectory directory;
  pid_t server = 0;
  {
    Engine engine;
    CHECK(engine.call("applyMigration", apply_to(directory.path())).outcome() == "applied");
    server = postmaster(directory.path());
    engine.signal(SIGKILL);
    CHECK(engine.wait() == 128 + SIGKILL);
  }
  check_ends(server);
  CHECK(Engine().call("applyMigration", apply_to(directory.path())).outcome() == "upToDate");
}

TEST_CASE("the private server is killed under the engine, and the next request starts it again") {
  const TemporaryDirectory directory;
  // What is committed is on the disk: this server is durable.
  const std::string params = apply_params("embedded:" + directory.path(), "migrations", migrations().path());
  Engine engine;
  CHECK(engine.call("applyMigration", params).outcome() == "applied");
  const pid_t server = postmaster(directory.path());
  REQUIRE(lives(server));
  CHECK(kill(server, SIGKILL) == 0);
  check_ends(server);
  const Reply r = engine.call("applyMigration", params);
  CHECK_MESSAGE(r.outcome() == "upToDate", r.line());
}

TEST_CASE("a postmaster.pid that a crash left behind does not keep the server from starting") {
  const TemporaryDirectory directory;
  CHECK(Engine().call("applyMigration", apply_to(directory.path())).outcome() == "applied");
  const std::string file = directory.path() + "/data/postmaster.pid";
  for (int i = 0; i < 2000 && std::filesystem::exists(file); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  // The process id of a living process that is no server: this one's.
  std::ofstream(file) << getpid() << "\n"
                      << directory.path() << "/data\n0\n5432\n"
                      << directory.path() << "/socket\n\n0 0\nready\n";
  const Reply r = Engine().call("applyMigration", apply_to(directory.path()));
  CHECK_MESSAGE(r.outcome() == "upToDate", r.line());
}

TEST_CASE("a private server that ends in the middle of a migration loses nothing, and the next request starts it") {
  const TemporaryDirectory directory;
  const std::string url = "embedded:" + directory.path();
  Engine engine;
  REQUIRE(engine.call("applyMigration", apply_params(url, "package", migrations().first())).outcome() == "applied");
  const TemporaryDirectory space;
  const std::string package = write_package(
      space.path(), "slow", contract_2(),
      {raw_operation("slow", OperationClass::data, {"UPDATE public.users SET legacy = 'x'; SELECT pg_sleep(600)"})});
  engine.send("applyMigration", apply_params(url, "package", package));
  const pid_t server = postmaster(directory.path());
  const auto lost = engine.reply([&](int step, int) {
    if (step == 1) CHECK(kill(server, SIGQUIT) == 0);
  });
  REQUIRE(lost);
  CHECK_MESSAGE(lost->code() == "DATABASE.CONNECTION_LOST", lost->line());
  check_ends(server);
  const Reply r = engine.call("applyMigration", apply_params(url, "migrations", migrations().path()));
  CHECK_MESSAGE(r.outcome() == "applied", r.line());
  CHECK(r.at("result.packages.1").empty());
}
