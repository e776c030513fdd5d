// The loop as a process: test_engine.cc on pipes, files, sockets and terminals.
#include "rpc/stdio.h"

#include <doctest/doctest.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "test/rpc/methods.h"
#include "test/rpc/stdio_engine.h"

using namespace plinth;
using namespace plinth::test;

const char* const plinth::test::test_engine = TEST_ENGINE;

namespace {

std::int64_t peak_memory_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    std::int64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib;
  }
  return -1;
}

int null_device() { return open("/dev/null", O_RDWR | O_CLOEXEC); }

}  // namespace

TEST_CASE("requests are answered in order, and the end of input ends the engine") {
  Engine engine;
  engine.send(work(1, 50));
  engine.send_bytes("\n\r\n" + echo(2) + "\r\n");
  engine.send("{");
  engine.send(R"({"jsonrpc":"2.0","method":"echo","params":{"text":"nobody answers"}})");
  engine.send_bytes(echo(3));
  engine.close_input();
  CHECK(engine.line() == worked(1, 50));
  CHECK(engine.line() == echoed(2));
  CHECK(is_error(engine.line(), "null", "RPC.PARSE_ERROR"));
  CHECK(engine.line() == echoed(3));
  CHECK(engine.out.rest().empty());
  CHECK(engine.child.wait() == 0);
  CHECK(engine.err.rest().find("\"level\":\"error\"") == std::string::npos);
}

TEST_CASE("a file that may not grow does not end the engine") {
  Engine engine;
  engine.send(echo(1));
  CHECK(engine.line() == echoed(1));
  kill(engine.child.pid, SIGXFSZ);
  engine.send(echo(2));
  CHECK(engine.line() == echoed(2));
}

TEST_CASE("no input, no output") {
  Engine engine;
  engine.close_input();
  CHECK(engine.child.wait() == 0);
  CHECK(engine.out.rest().empty());
  CHECK(engine.err.rest().empty());
}

TEST_CASE("a running request is cancelled at once, and the next one served") {
  Engine engine;
  engine.occupy(1);
  engine.send(echo(2));
  engine.send(cancel(99));
  engine.send(cancel(1));
  CHECK(engine.line().find("RPC.CANCELLED") != std::string::npos);
  CHECK(engine.line() == echoed(2));
  engine.send(echo(1));
  CHECK(engine.line() == echoed(1));
}

TEST_CASE("a queued request is cancelled without being run") {
  Engine engine;
  engine.occupy(1);
  engine.send(work(2, long_ms));
  engine.send(echo(3));
  engine.send(cancel(2));
  engine.send(cancel(1));
  CHECK(engine.line().find("RPC.CANCELLED") != std::string::npos);
  CHECK(is_error(engine.line(), "2", "RPC.CANCELLED"));
  CHECK(engine.line() == echoed(3));
}

TEST_CASE("a cancel is heard while nearly as many lines wait as may wait") {
  Engine engine;
  engine.occupy(1);
  for (int id = 2; id < 60; ++id) engine.send(echo(id));
  engine.send(cancel(1));
  CHECK(engine.line().find("RPC.CANCELLED") != std::string::npos);
  for (int id = 2; id < 60; ++id) CHECK(engine.line() == echoed(id));
}

TEST_CASE("SIGTERM and SIGINT cancel what runs and what waits, and leave with 0") {
  for (const int signal : {SIGTERM, SIGINT}) {
    CAPTURE(signal);
    Engine engine;
    engine.occupy(1);
    engine.send(work(2, long_ms));
    engine.send(echo(3));
    engine.send(cancel(77));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // let it read what was sent
    engine.send_bytes(R"({"half a line)");
    kill(engine.child.pid, signal);
    CHECK(engine.line().find("RPC.CANCELLED") != std::string::npos);
    CHECK(is_error(engine.line(), "2", "RPC.CANCELLED"));
    CHECK(is_error(engine.line(), "3", "RPC.CANCELLED"));
    CHECK(engine.out.rest().empty());
    CHECK(engine.child.wait() == 0);
  }
}

TEST_CASE("SIGTERM ends an idle engine, and one whose input has ended") {
  Engine idle;
  idle.send(echo(1));
  CHECK(idle.line() == echoed(1));
  kill(idle.child.pid, SIGTERM);
  CHECK(idle.child.wait() == 0);

  Engine busy;
  busy.occupy(1);
  busy.close_input();
  kill(busy.child.pid, SIGTERM);
  CHECK(busy.line().find("RPC.CANCELLED") != std::string::npos);
  CHECK(busy.child.wait() == 0);
}

TEST_CASE("a line beyond the limit is refused once, skipped, and not kept in memory") {
  Engine engine({"--max-line-bytes", "1000"});
  engine.send(echo(1));
  CHECK(engine.line() == echoed(1));
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) engine.send_bytes(megabyte);
  engine.send("");
  engine.send(echo(2));
  const std::string refusal = engine.line();
  CHECK(is_error(refusal, "null", "RPC.LINE_TOO_LONG"));
  CHECK(refusal.find("-32600") != std::string::npos);
  CHECK(engine.line() == echoed(2));
  CHECK(peak_memory_kib(engine.child.pid) > 0);
  CHECK(peak_memory_kib(engine.child.pid) < 90 * 1024);
  engine.send_bytes(megabyte);
  engine.close_input();
  CHECK(is_error(engine.line(), "null", "RPC.LINE_TOO_LONG"));
  CHECK(engine.child.wait() == 0);
}

TEST_CASE("reading pauses while many lines wait") {
  Engine engine;
  engine.occupy(1);
  const int blocking = fcntl(engine.input(), F_GETFL);
  fcntl(engine.input(), F_SETFL, blocking | O_NONBLOCK);
  std::string pending;
  std::size_t accepted = 0;
  int sent = 0;
  while (true) {
    if (pending.empty()) pending = echo(sent++) + "\n";
    const ssize_t n = write(engine.input(), pending.data(), pending.size());
    if (n > 0) {
      accepted += static_cast<std::size_t>(n);
      pending.erase(0, static_cast<std::size_t>(n));
    } else {
      pollfd wait{engine.input(), POLLOUT, 0};
      if (poll(&wait, 1, 300) == 0) break;  // nobody reads any more
    }
    REQUIRE(accepted < 16 << 20);
  }
  CHECK(accepted < 1 << 20);
  fcntl(engine.input(), F_SETFL, blocking);
  kill(engine.child.pid, SIGTERM);
  CHECK(engine.line().find("RPC.CANCELLED") != std::string::npos);
  const std::string replies = engine.out.rest();
  CHECK(replies.find("\"result\"") == std::string::npos);
  CHECK(replies.ends_with("}\n"));
  CHECK(engine.child.wait() == 0);
}

TEST_CASE("a flood of requests is answered whole and in order") {
  Engine engine;
  constexpr int count = 20'000;
  std::thread sender([&] {
    for (int id = 0; id < count; ++id) engine.send(echo(id));
    engine.close_input();
  });
  int right = 0;
  for (int id = 0; id < count; ++id) right += engine.line() == echoed(id) ? 1 : 0;
  sender.join();
  CHECK(right == count);
  CHECK(engine.child.wait() == 0);
}

TEST_CASE("50 MB arrive whole through a pipe that is read slowly, blocking or not") {
  constexpr int size = 50'000'000;
  const std::string expected =
      R"({"jsonrpc":"2.0","id":1,"result":{"text":")" + test::numbered(std::size_t{size}) + "\"}}";
  for (const int flags : {0, O_NONBLOCK}) {
    CAPTURE(flags);
    const Pipe in, out, err;
    fcntl(out.write, F_SETFL, O_WRONLY | flags);
    Child child(TEST_ENGINE, {}, in.read, out.write, err.write);
    Reader reader(out.read);
    const Reader errors(err.read);
    write_all(in.write, request("1", "big", "{\"n\":" + std::to_string(size) + "}") + "\n" + echo(2) + "\n");
    ::close(in.write);
    for (int i = 0; i < 40 && reader.more(777); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(reader.line().value_or("") == expected);
    CHECK(reader.line().value_or("") == echoed(2));
    CHECK(child.wait() == 0);
  }
}

TEST_CASE("progress comes before its reply, in whole lines") {
  Engine engine;
  engine.send(request("1", "count", R"({"n":500})"));
  for (int i = 1; i <= 500; ++i) {
    CHECK(engine.line() == R"({"jsonrpc":"2.0","method":"$/progress","params":{"id":1,"step":)" + std::to_string(i) +
                               R"(,"total":500,"message":"step"}})");
  }
  CHECK(engine.line() == R"({"jsonrpc":"2.0","id":1,"result":{"n":500}})");
}

TEST_CASE("when nobody reads any more the engine leaves quietly with 1") {
  Engine engine;
  engine.send(echo(1));
  CHECK(engine.line() == echoed(1));
  engine.out.close();
  engine.send("[" + request("2", "count", R"({"n":1000000})") + "]");
  engine.send(work(3, long_ms));
  CHECK(engine.child.wait() == 1);
  CHECK(engine.err.rest().empty());
}

TEST_CASE("when nobody reads any more, what runs is cancelled though it says nothing") {
  Engine engine;
  engine.occupy(1);
  engine.out.close();
  CHECK(engine.child.wait() == 1);
}

TEST_CASE("a stdout that cannot be written is said on stderr") {
  const Pipe in, err;
  Child child(TEST_ENGINE, {}, in.read, open("/dev/full", O_WRONLY | O_CLOEXEC), err.write);
  Reader errors(err.read);
  write_all(in.write, echo(1) + "\n");
  CHECK(child.wait() == 1);
  CHECK(errors.rest().find("No space left") != std::string::npos);
  ::close(in.write);
}

TEST_CASE("stdin may be a file, or nothing") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::string text;
  for (int id = 0; id < 5000; ++id) text += echo(id) + "\n";
  text += cancel(3) + "\n" + echo(5000);
  write_all(fileno(file), text);
  lseek(fileno(file), 0, SEEK_SET);
  const int in = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
  std::fclose(file);
  const Pipe out;
  Child child(TEST_ENGINE, {}, in, out.write, null_device());
  Reader reader(out.read);
  int right = 0;
  for (int id = 0; id <= 5000; ++id) right += reader.line() == echoed(id) ? 1 : 0;
  CHECK(right == 5001);
  CHECK(child.wait() == 0);

  const Pipe none;
  Child idle(TEST_ENGINE, {}, null_device(), none.write, null_device());
  Reader silence(none.read);
  CHECK(silence.rest().empty());
  CHECK(idle.wait() == 0);
}

TEST_CASE("SIGTERM is heard while a file is read") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  write_all(fileno(file), request("0", "count", R"({"n":1})") + "\n" + work(1, long_ms) + "\n" + echo(2) + "\n");
  lseek(fileno(file), 0, SEEK_SET);
  const int in = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
  std::fclose(file);
  const Pipe out;
  Child child(TEST_ENGINE, {}, in, out.write, null_device());
  Reader reader(out.read);
  CHECK(reader.line().value_or("").find("$/progress") != std::string::npos);
  CHECK(reader.line().value_or("").find("result") != std::string::npos);
  kill(child.pid, SIGTERM);
  CHECK(is_error(reader.line().value_or(""), "1", "RPC.CANCELLED"));
  CHECK(is_error(reader.line().value_or(""), "2", "RPC.CANCELLED"));
  CHECK(child.wait() == 0);
}

TEST_CASE("stdin and stdout may be one socket") {
  std::array<int, 2> ends{};
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const int second = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
  Child child(TEST_ENGINE, {}, ends[1], second, null_device());
  Reader reader(ends[0]);
  write_all(ends[0], work(1, long_ms) + "\n" + echo(2) + "\n" + cancel(1) + "\n" +
                         request("3", "big", R"({"n":3000000})") + "\n");
  CHECK(is_error(reader.line().value_or(""), "1", "RPC.CANCELLED"));
  CHECK(reader.line().value_or("") == echoed(2));
  CHECK(reader.line().value_or("").size() > 3'000'000);
  shutdown(ends[0], SHUT_WR);
  CHECK(child.wait() == 0);
}

TEST_CASE("stdin may be a terminal") {
  int ours = -1, theirs = -1;
  REQUIRE(openpty(&ours, &theirs, nullptr, nullptr, nullptr) == 0);
  fcntl(ours, F_SETFD, FD_CLOEXEC);
  fcntl(theirs, F_SETFD, FD_CLOEXEC);
  const int watched = fcntl(theirs, F_DUPFD_CLOEXEC, 3);
  const Pipe out;
  Child child(TEST_ENGINE, {}, theirs, out.write, null_device());
  Reader reader(out.read);
  write_all(ours, echo(1) + "\n");
  CHECK(reader.line().value_or("") == echoed(1));
  CHECK((fcntl(watched, F_GETFL) & O_NONBLOCK) == 0);
  write_all(ours, "\x04");
  CHECK(child.wait() == 0);
  ::close(ours);
  ::close(watched);
}

TEST_CASE("the log is JSON lines that name request and outcome, and nothing that was passed") {
  Engine engine({"--log-level", "debug"});
  engine.send(request("1", "echo", R"({"text":"a secret"})"));
  engine.send(request("2", "bug", "{}"));
  engine.send(cancel(5));
  engine.line();
  engine.line();
  engine.close_input();
  CHECK(engine.child.wait() == 0);
  const std::string log = engine.err.rest();
  CHECK(log.find("secret") == std::string::npos);
  CHECK(log.find(R"("level":"debug","message":"cancel heard","id":"5"})") != std::string::npos);
  std::string shape = log;
  for (char& c : shape) c = c >= '0' && c <= '9' ? '0' : c;
  CHECK(shape.find(R"({"time":"0000-00-00T00:00:00.000Z","level":"info","message":"request answered",)"
                   R"("id":"0","method":"echo","ms":"0"})") != std::string::npos);
  CHECK(log.find(R"("level":"error","message":"request failed","id":"2","method":"bug","code":"ENGINE.INTERNAL"})") !=
        std::string::npos);
}
