// Requests that hold a statement of a real server.
#include "rpc/session.h"

#include <doctest/doctest.h>
#include <sys/types.h>

#include <filesystem>

#include "test/rpc/child.h"
#include "test/rpc/methods.h"

using namespace plinth;
using namespace plinth::test;

namespace {

struct Directory {
  std::string path = (std::filesystem::temp_directory_path() / "plinth-session-XXXXXX").string();
  Directory() { REQUIRE(mkdtemp(path.data()) != nullptr); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path); }
  std::string url() const { return "embedded:" + path + "?durable=off"; }
};

std::string query(int id, const std::string& url, const std::string& sql) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"method":"query","params":)" +
         to_json(Statement{url, sql}) + "}\n";
}

// Waits until a statement with this comment runs.
void await(Connection& c, const std::string& comment) {
  const Query running{
      "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE $1",
      {"%" + comment + "%"}};
  for (int i = 0; i < 1000 && c.run(running).rows() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  REQUIRE(c.run(running).rows() == 1);
}

}  // namespace

TEST_CASE("a cancel stops the running statement, and so does SIGTERM") {
  const Directory directory;
  const EmbeddedServer server(directory.url());
  Connection watch(server.url());
  const Pipe in, out;
  Child engine(TEST_ENGINE, {}, in.read, out.write, open("/dev/null", O_RDWR | O_CLOEXEC));
  Reader reader(out.read);
  write_all(in.write, query(1, server.url(), "SELECT 'one' FROM pg_sleep(600) /* first */"));
  await(watch, "first");
  write_all(in.write, query(2, server.url(), "SELECT 'two'"));
  write_all(in.write, "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}\n");
  CHECK(reader.line().value_or("").find("\"RPC.CANCELLED\"") != std::string::npos);
  CHECK(reader.line().value_or("") == R"({"jsonrpc":"2.0","id":2,"result":{"text":"two"}})");
  write_all(in.write, query(3, server.url(), "SELECT 'three' FROM pg_sleep(600) /* third */"));
  await(watch, "third");
  kill(engine.pid, SIGTERM);
  CHECK(reader.line().value_or("").find("\"RPC.CANCELLED\"") != std::string::npos);
  CHECK(engine.wait() == 0);
  ::close(in.write);
}

TEST_CASE("a private server is started once, and stopped with the engine") {
  const Directory directory;
  const Pipe in, out;
  Child engine(TEST_ENGINE, {}, in.read, out.write, open("/dev/null", O_RDWR | O_CLOEXEC));
  Reader reader(out.read);
  write_all(in.write, query(1, directory.url(), "SELECT pg_postmaster_start_time()"));
  const std::string first = reader.line().value_or("");
  write_all(in.write, query(1, directory.url(), "SELECT pg_postmaster_start_time()"));
  CHECK(first.find("\"result\"") != std::string::npos);
  CHECK(reader.line().value_or("") == first);
  CHECK(std::filesystem::exists(directory.path + "/data/postmaster.pid"));
  ::close(in.write);
  CHECK(engine.wait() == 0);
  CHECK_FALSE(std::filesystem::exists(directory.path + "/data/postmaster.pid"));
}

TEST_CASE("a request that was cancelled opens no connection") {
  Session session([](const std::string&) {});
  session.begin("1");
  session.cancel("1", 1);
  CHECK_THROWS_WITH_AS(session.connect("postgresql://nowhere.invalid/x"), "the request was cancelled", Error);
  session.end();
  session.begin("2");
  session.check_cancelled();
  session.end();
}
