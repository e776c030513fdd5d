#include "runner/server/embedded.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "runner/postgres/connection.h"
#include "runner/server/server_binaries.h"
#include "runner/server/server_process.h"
#include "test/runner/errors.h"
#include "test/support/database.h"

using namespace plinth;
using namespace std::chrono_literals;
using test::code_of;
namespace fs = std::filesystem;

namespace {

std::string fast(const std::string& directory) { return "embedded:" + directory + "?durable=off"; }

pid_t server_pid(const std::string& directory) {
  pid_t pid = 0;
  std::ifstream(directory + "/data/postmaster.pid") >> pid;
  return pid;
}

bool runs(const std::string& directory) { return anyone_works_in(directory + "/data"); }

bool wait_for(const std::function<bool()>& yes) {
  for (int i = 0; i < 1000; ++i) {
    if (yes()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

/// Another process that is a user of the server until it is killed.
class OtherUser {
 public:
  explicit OtherUser(const std::string& url) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      const EmbeddedServer server(url);
      if (write(ends[1], "x", 1) != 1) _exit(1);
      pause();
      _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    started_ = read(ends[0], &byte, 1) == 1;
    close(ends[0]);
  }
  ~OtherUser() { end(); }
  OtherUser(const OtherUser&) = delete;
  OtherUser& operator=(const OtherUser&) = delete;
  bool started() const { return started_; }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t pid_ = 0;
  bool started_ = false;
};

class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::string& path) : before_(fs::current_path()) { fs::current_path(path); }
  ~WorkingDirectory() { fs::current_path(before_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("a private server starts, keeps its data, and stops with its user") {
  const test::TemporaryDirectory directory;
  {
    const EmbeddedServer server(fast(directory.path()));
    CHECK(server.directory() == directory.path());
    Connection c(server.url());
    CHECK(c.run("SHOW fsync").at(0, 0) == "off");
    CHECK(c.run("SHOW listen_addresses").at(0, 0).empty());
    CHECK(c.run("SELECT upper('ä') = 'Ä' AND current_setting('server_encoding') = 'UTF8'").truthy());
    c.run("CREATE TABLE kept (a int)");
    CHECK(runs(directory.path()));
  }
  CHECK_FALSE(runs(directory.path()));
  const EmbeddedServer again("embedded:" + directory.path());
  Connection c(again.url());
  CHECK(c.run("SHOW fsync").at(0, 0) == "on");
  CHECK(c.run("SELECT to_regclass('kept') IS NOT NULL").truthy());
}

TEST_CASE("dbname is created when it is absent") {
  const std::string url = fast(test::server().directory());
  const EmbeddedServer first(with_database(url, "it's & \"new\""));
  CHECK(Connection(first.url()).run("SELECT current_database()").at(0, 0) == "it's & \"new\"");
  const EmbeddedServer second(with_database(url, "it's & \"new\""));
  CHECK(Connection(second.url()).run("SELECT current_database()").at(0, 0) == "it's & \"new\"");
  Connection(test::server().url()).run("DROP DATABASE \"it's & \"\"new\"\"\"");
}

TEST_CASE("many users share one server; the last one stops it") {
  const test::TemporaryDirectory directory;
  std::vector<std::unique_ptr<EmbeddedServer>> users(4);
  std::vector<std::thread> threads;
  threads.reserve(users.size());
  for (auto& u : users) {
    threads.emplace_back([&] { u = std::make_unique<EmbeddedServer>(fast(directory.path())); });
  }
  for (auto& t : threads) t.join();
  const pid_t pid = server_pid(directory.path());
  CHECK(pid > 0);
  for (auto& u : users) {
    Connection c(u->url());
    CHECK(c.run("SELECT 1").truthy());
    u.reset();
    CHECK(runs(directory.path()) == (&u != &users.back()));
  }
}

TEST_CASE("a user that is killed does not take the server from the others") {
  const test::TemporaryDirectory directory;
  OtherUser starter(fast(directory.path()));
  REQUIRE(starter.started());
  const EmbeddedServer server(fast(directory.path()));
  const pid_t pid = server_pid(directory.path());
  starter.end();
  std::this_thread::sleep_for(1500ms);  // the keeper looks every second
  CHECK(server_pid(directory.path()) == pid);
  CHECK(Connection(server.url()).run("SELECT 1").truthy());
}

TEST_CASE("a server whose last user was killed stops by itself") {
  const test::TemporaryDirectory directory;
  OtherUser only(fast(directory.path()));
  REQUIRE(only.started());
  CHECK(runs(directory.path()));
  only.end();
  CHECK(wait_for([&] { return !runs(directory.path()); }));
}

TEST_CASE("a server that was killed is started again by the next user") {
  const test::TemporaryDirectory directory;
  std::string url;
  {
    const EmbeddedServer server(fast(directory.path()));
    Connection(server.url()).run("CREATE TABLE kept (a int)");
    Connection(server.url()).run("CHECKPOINT");
    const pid_t killed = server_pid(directory.path());
    kill(killed, SIGKILL);
    REQUIRE(wait_for([&] { return !works_in(killed, directory.path() + "/data"); }));
    const EmbeddedServer next(fast(directory.path()));
    CHECK(Connection(next.url()).run("SELECT to_regclass('kept') IS NOT NULL").truthy());
    CHECK(Connection(server.url()).run("SELECT 1").truthy());
  }
  CHECK_FALSE(runs(directory.path()));
}

TEST_CASE("a stale process id that now belongs to somebody else is no obstacle") {
  const test::TemporaryDirectory directory;
  { const EmbeddedServer server(fast(directory.path())); }
  std::ofstream(directory.path() + "/data/postmaster.pid") << getpid() << "\n" << directory.path() << "/data\n";
  const EmbeddedServer server(fast(directory.path()));
  CHECK(Connection(server.url()).run("SELECT 1").truthy());
}

TEST_CASE("an interrupted initialisation is begun anew") {
  const test::TemporaryDirectory directory;
  { const EmbeddedServer server(fast(directory.path())); }
  fs::rename(directory.path() + "/data", directory.path() + "/data.new");
  fs::remove(directory.path() + "/data.new/global/pg_control");
  const EmbeddedServer server(fast(directory.path()));
  CHECK(Connection(server.url()).run("SELECT 1").truthy());
}

TEST_CASE("a long directory gets a short socket elsewhere, removed with the server") {
  const test::TemporaryDirectory directory;
  chmod(directory.path().c_str(), 0755);
  const std::string deep = directory.path() + "/" + std::string(100, 'd');
  std::string socket;
  {
    const EmbeddedServer server(fast(deep));
    CHECK(Connection(server.url()).run("SELECT 1").truthy());
    std::ifstream(deep + "/socket.path") >> socket;
    CHECK(fs::exists(socket));
    const EmbeddedServer second(fast(deep));
    CHECK(second.url() == server.url());
  }
  CHECK_FALSE(fs::exists(socket));
  const EmbeddedServer again(fast(deep));
  CHECK(Connection(again.url()).run("SELECT 1").truthy());
}

TEST_CASE("a directory with other files is not taken over") {
  const test::TemporaryDirectory directory;
  std::ofstream(directory.path() + "/mine") << "x";
  CHECK(code_of([&] { const EmbeddedServer server(fast(directory.path())); }) == "EMBEDDED.START_FAILED");
  CHECK(std::distance(fs::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("a server that cannot start says why") {
  const test::TemporaryDirectory directory;
  { const EmbeddedServer server(fast(directory.path())); }
  std::ofstream(directory.path() + "/data/postgresql.conf", std::ios::app) << "nonsense_setting = 1\n";
  try {
    const EmbeddedServer server(fast(directory.path()));
    FAIL("it started");
  } catch (const Error& e) {
    CHECK(e.code() == Code::embedded_start_failed);
    CHECK(e.reason().find("nonsense_setting") != std::string::npos);
    CHECK(e.envelope().find(directory.path() + "/log") != std::string::npos);
  }
  CHECK_FALSE(runs(directory.path()));
}

TEST_CASE("unclear parameters are refused") {
  for (const char* url : {"embedded:?durable=maybe", "embedded:/x?nonsense=1", "embedded:?dbname="}) {
    CHECK(code_of([&] { const EmbeddedServer server(url); }) == "DATABASE.INVALID_URL");
  }
  CHECK(is_embedded_url("embedded:"));
  CHECK_FALSE(is_embedded_url("postgresql://embedded:x@h/d"));
}

TEST_CASE("binaries are found, or the places are named") {
  const char* set_outside = std::getenv("PLINTH_PG_BIN");
  const std::string before = set_outside == nullptr ? "" : set_outside;
  CHECK(fs::exists(find_server_binaries() + "/initdb"));
  const test::TemporaryDirectory directory;
  setenv("PLINTH_PG_BIN", directory.path().c_str(), 1);
  try {
    find_server_binaries();
    FAIL("found in an empty directory");
  } catch (const Error& e) {
    CHECK(e.code() == Code::embedded_binaries_not_found);
    CHECK(e.envelope().find(directory.path()) != std::string::npos);
  }
  for (const char* name : {"initdb", "postgres"}) {
    std::ofstream(directory.path() + "/" + name) << "#!/bin/true\n";
    chmod((directory.path() + "/" + name).c_str(), 0755);
  }
  CHECK(find_server_binaries() == directory.path());
  setenv("PLINTH_PG_BIN", before.c_str(), 1);
}

TEST_CASE("a bundle brings its libraries, and gets the links it lacks") {
  const test::TemporaryDirectory directory;
  const std::string bundle = directory.path() + "/bundle";
  const std::string binaries = bundle + "/native/bin", libraries = bundle + "/native/lib";
  fs::create_directories(binaries);
  fs::create_directories(libraries);
  CHECK(server_library_path(binaries, directory.path() + "/lib").empty());
  std::ofstream(libraries + "/libpq.so.5.15") << "x";
  CHECK(server_library_path(binaries, directory.path() + "/lib") == libraries);
  std::ofstream(bundle + "/native/pg-symlinks.json")
      << R"([{"source":"native/lib/libpq.so.5.15","target":"native/lib/libpq.so.5"}])";
  CHECK(server_library_path(binaries, directory.path() + "/lib") == directory.path() + "/lib:" + libraries);
  CHECK(fs::read_symlink(directory.path() + "/lib/libpq.so.5") == libraries + "/libpq.so.5.15");
}
