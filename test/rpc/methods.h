#pragma once
// Methods that put the mouth to the test; served by test_engine.cc and called directly by answer_test.cc.
#include <array>
#include <chrono>
#include <new>
#include <stdexcept>
#include <thread>

#include "rpc/define_method.h"
#include "rpc/session.h"

namespace plinth::test {

struct Text {
  std::string text;
  static constexpr auto fields = std::tuple{field("text", &Text::text)};
};
struct Number {
  std::int64_t n = 0;
  static constexpr auto fields = std::tuple{field("n", &Number::n)};
};
struct Nothing {
  static constexpr auto fields = std::tuple{};
};
struct Statement {
  std::string url, sql;
  static constexpr auto fields = std::tuple{field("url", &Statement::url), field("sql", &Statement::sql)};
};

inline Text echo(Session&, const Text& p) { return p; }

/// Works for n milliseconds, unless it is cancelled.
inline Number work(Session& session, const Number& p) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(p.n);
  while (std::chrono::steady_clock::now() < end) {
    session.check_cancelled();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return p;
}

/// A text of so many bytes with a counter in each hundred, so that a lost or repeated piece shows.
inline std::string numbered(std::size_t size) {
  std::string out;
  out.reserve(size + 100);
  for (std::size_t i = 0; out.size() < size; ++i) out.append(std::to_string(10'000'000 + i)).append(92, '-');
  out.resize(size);
  return out;
}
inline Text big(Session&, const Number& p) { return {numbered(static_cast<std::size_t>(p.n))}; }

/// Reports n steps of progress.
inline Number count(Session& session, const Number& p) {
  for (std::int64_t i = 1; i <= p.n; ++i) {
    session.check_cancelled();
    session.progress(i, p.n, "step");
  }
  return p;
}

inline Nothing fail(Session&, const Nothing&) {
  throw Error(Code::contract_hash_mismatch, "the hash differs", "because").at("contract.json", 7).with("found", "x");
}
inline Nothing bug(Session&, const Nothing&) { throw std::logic_error("a wheel came off"); }
inline Nothing exhaust(Session&, const Nothing&) { throw std::bad_alloc(); }

inline Text query(Session& session, const Statement& p) {
  Connection connection = session.connect(p.url);
  const Result result = connection.run(Query{p.sql, {}});
  return {std::string(result.rows() > 0 ? result.at(0, 0) : "")};
}

inline constexpr Method echo_method = method<&echo>("echo", "Says the same."),
                        work_method = method<&work>("work", "Takes its time."),
                        big_method = method<&big>("big", "Says much."),
                        count_method = method<&count>("count", "Reports progress."),
                        fail_method = method<&fail>("fail", "Fails as methods do."),
                        bug_method = method<&bug>("bug", "Fails as no method should."),
                        exhaust_method = method<&exhaust>("exhaust", "Runs out of memory."),
                        query_method = method<&query>("query", "Runs a statement.");

inline constexpr std::array methods = {&echo_method, &work_method, &big_method,     &count_method,
                                       &fail_method, &bug_method,  &exhaust_method, &query_method};

}  // namespace plinth::test
