#pragma once
// The engine as a process: requests in, replies and progress out, signals at will.
#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/json.h"
#include "test/rpc/child.h"

namespace plinth::test {

/// A reply, or a part of one. A path has dots between its keys and indexes: `error.data.code`,
/// `result.packages.0.name`.
class Reply {
 public:
  explicit Reply(std::string line);
  /// The text of a string, else the compact JSON of the value; empty when there is none.
  std::string at(std::string_view path) const;
  /// The code of the error, empty for a result.
  std::string code() const { return at("error.data.code"); }
  std::string outcome() const { return at("result.outcome"); }
  const std::string& line() const { return line_; }

 private:
  std::string line_;
  json::Owned document_;
};

/// How a process is started: the engine itself, or a program that starts it.
struct Command {
  std::string program;
  std::vector<std::string> arguments;
};
/// The engine that was built, without arguments.
Command built_engine();

class Engine {
 public:
  explicit Engine(const Command& command = built_engine()) : Engine(command, Pipe(), Pipe()) {}
  ~Engine() { close_input(); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Sends a request; its id.
  int send(std::string_view method, const std::string& params);
  void cancel(int id);
  /// The next reply that is not progress; nothing when the engine ends. `step` hears the number of each progress.
  std::optional<Reply> reply(const std::function<void(int step, int total)>& step = {});
  /// Both; the engine must answer.
  Reply call(std::string_view method, const std::string& params);
  void close_input();
  void signal(int number) const { kill(child_.pid, number); }
  /// Waits for the end: the exit code, 128 + n after signal n.
  int wait() { return child_.wait(); }

 private:
  Engine(const Command& command, Pipe in, Pipe out);
  int input_;
  Reader out_;
  Child child_;
  int last_id_ = 0;
};

/// Parameters of applyMigration: what to apply (`package`, `migrations`) from where, and more members of the object.
std::string apply_params(const std::string& url, const std::string& what, const std::string& path,
                         const std::string& more = {});

}  // namespace plinth::test
