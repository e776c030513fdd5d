#include "test/support/engine_process.h"

#include <charconv>

namespace plinth::test {
namespace {

const Json* element(const Json& j, std::string_view key) {
  if (json::type(j) != json::Type::array) return json::member(j, key);
  int wanted = -1;
  std::from_chars(key.data(), key.data() + key.size(), wanted);
  const Json* found = nullptr;
  int i = 0;
  json::each_element(j, JsonPath::root(Code::engine_internal, "reply"), [&](const Json& e, const JsonPath&) {
    if (i++ == wanted) found = &e;
  });
  return found;
}

int null_device() { return open("/dev/null", O_WRONLY | O_CLOEXEC); }

}  // namespace

Command built_engine() { return {PLINTH_ENGINE, {}}; }

Reply::Reply(std::string line) : line_(std::move(line)), document_(json::parse(line_, Code::engine_internal)) {}

std::string Reply::at(std::string_view path) const {
  const Json* j = document_.get();
  while (!path.empty() && j != nullptr) {
    const std::size_t dot = path.find('.');
    j = element(*j, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  if (j == nullptr) return {};
  if (json::type(*j) != json::Type::string) return json::dump(*j);
  return json::read_string(*j, JsonPath::root(Code::engine_internal, "reply"));
}

Engine::Engine(const Command& c, Pipe in, Pipe out)
    : input_(in.write), out_(out.read), child_(c.program, c.arguments, in.read, out.write, null_device()) {}

int Engine::send(std::string_view method, const std::string& params) {
  write_all(input_, R"({"jsonrpc":"2.0","id":)" + std::to_string(++last_id_) + R"(,"method":")" + std::string(method) +
                        R"(","params":)" + params + "}\n");
  return last_id_;
}

void Engine::cancel(int id) {
  write_all(input_, R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":)" + std::to_string(id) + "}}\n");
}

std::optional<Reply> Engine::reply(const std::function<void(int, int)>& step) {
  while (auto line = out_.line()) {
    Reply r(std::move(*line));
    if (r.at("method") != "$/progress") return r;
    if (step) step(std::stoi(r.at("params.step")), std::stoi(r.at("params.total")));
  }
  return std::nullopt;
}

Reply Engine::call(std::string_view method, const std::string& params) {
  send(method, params);
  auto r = reply();
  REQUIRE_MESSAGE(r, "the engine did not answer ", method);
  return std::move(*r);
}

void Engine::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

std::string apply_params(const std::string& url, const std::string& what, const std::string& path,
                         const std::string& more) {
  return R"({"url":)" + json::quote(url) + ",\"" + what + "\":" + json::quote(path) + (more.empty() ? "" : "," + more) +
         "}";
}

}  // namespace plinth::test
