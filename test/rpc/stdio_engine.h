#pragma once
// test_engine as a process, and what is said to it.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "test/rpc/child.h"

namespace plinth::test {

inline std::string request(const std::string& id, const std::string& method, const std::string& params) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params + "}";
}
inline std::string echo(int id) { return request(std::to_string(id), "echo", R"({"text":"x"})"); }
inline std::string echoed(int id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":{"text":"x"}})";
}
inline std::string work(int id, int ms) {
  return request(std::to_string(id), "work", "{\"n\":" + std::to_string(ms) + "}");
}
inline std::string worked(int id, int ms) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":{"n":)" + std::to_string(ms) + "}}";
}
inline std::string cancel(int id) {
  return R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":)" + std::to_string(id) + "}}";
}
inline bool is_error(const std::string& reply, const std::string& id, const std::string& code) {
  return reply.starts_with(R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":)") &&
         reply.find("\"code\":\"" + code + "\"") != std::string::npos;
}
constexpr int long_ms = 600'000;  // longer than any patience: such a request ends by a cancel only

/// The path of the program test_engine.
extern const char* const test_engine;

/// test_engine on three pipes.
class Engine {
 public:
  explicit Engine(const std::vector<std::string>& arguments = {}) : Engine(arguments, Pipe(), Pipe(), Pipe()) {}
  ~Engine() { close_input(); }
  void send(const std::string& line) { write_all(input_, line + "\n"); }
  void send_bytes(std::string_view bytes) { write_all(input_, bytes); }
  void close_input() {
    if (input_ >= 0) ::close(input_);
    input_ = -1;
  }
  int input() const { return input_; }
  std::string line() { return out.line().value_or("<nothing>"); }
  /// Sends a request that runs until it is cancelled, and waits until it runs.
  void occupy(int id) {
    send("[" + request("\"busy\"", "count", R"({"n":1})") + "," + work(id, long_ms) + "]");
    REQUIRE(line().find("$/progress") != std::string::npos);
  }

 private:
  Engine(const std::vector<std::string>& arguments, Pipe i, Pipe o, Pipe e)
      : input_(i.write), out(o.read), err(e.read), child(test_engine, arguments, i.read, o.write, e.write) {}

  int input_;

 public:
  Reader out, err;
  Child child;
};

}  // namespace plinth::test
