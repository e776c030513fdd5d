#include "rpc/violations.h"

#include <set>

namespace plinth {
namespace {

constexpr std::int64_t enough_rows = 1000;
constexpr std::string_view patience_ms = "5000";

Query counted(const Probe& probe, Counting counting) {
  const Sql rows = Sql::trusted(probe.query);
  if (counting == Counting::exact) return {Sql("SELECT count(*) FROM ({}) AS v", rows).text(), {}};
  return {Sql("SELECT count(*) FROM (SELECT FROM ({}) AS v LIMIT {}) AS w", rows, enough_rows + 1).text(), {}};
}

// The results of the probes, read in a transaction of their own unless one is open.
std::vector<Result> ask(Connection& c, const std::vector<Probe>& probes, Counting counting) {
  if (c.in_transaction()) {
    std::vector<Query> queries;
    queries.reserve(probes.size());
    for (const auto& p : probes) queries.push_back(counted(p, counting));
    return c.run_all(queries);
  }
  std::vector<Query> queries = {{"BEGIN READ ONLY", {}}};
  if (counting == Counting::estimate) {
    queries.push_back({"SELECT set_config('statement_timeout', $1, true)", {std::string(patience_ms)}});
  }
  const std::size_t before = queries.size();
  for (const auto& p : probes) queries.push_back(counted(p, counting));
  c.send_all(queries, {{"ROLLBACK", {}}});
  std::vector<Result> results = c.receive_all();
  results.pop_back();
  results.erase(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(before));
  return results;
}

Violations reading(const Probe& probe, const Result& result, Counting counting) {
  Violations out{probe.transform, std::stoll(std::string(result.at(0, 0))), false, false};
  out.at_least = counting == Counting::estimate && *out.count > enough_rows;
  if (out.at_least) out.count = enough_rows;
  return out;
}

// One after the other, so that one that fails or takes too long spoils no other.
std::vector<Violations> ask_singly(Connection& c, const std::vector<Probe>& probes, Counting counting) {
  std::vector<Violations> out;
  out.reserve(probes.size());
  for (const auto& p : probes) {
    try {
      out.push_back(reading(p, ask(c, {p}, counting).front(), counting));
    } catch (const Error& e) {
      if (e.code() == Code::rpc_cancelled || !c.alive()) throw;
      out.push_back({p.transform, {}, false, false});
    }
  }
  return out;
}

std::vector<Violations> ask_all(Connection& c, const std::vector<Probe>& probes, Counting counting) {
  try {
    const std::vector<Result> results = ask(c, probes, counting);
    std::vector<Violations> out;
    out.reserve(probes.size());
    for (std::size_t i = 0; i < probes.size(); ++i) out.push_back(reading(probes[i], results.at(i), counting));
    return out;
  } catch (const Error& e) {
    if (e.code() == Code::rpc_cancelled || !c.alive() || c.in_transaction()) throw;
    return ask_singly(c, probes, counting);
  }
}

}  // namespace

std::vector<Violations> count_violations(Connection& connection, Plan& plan, Counting counting) {
  if (counting == Counting::none || plan.probes.empty() || !plan.conflicts.empty()) return {};
  std::vector<Violations> out = ask_all(connection, plan.probes, counting);
  std::set<std::string> idle, settled;
  for (const auto& v : out) {
    if (v.count == 0) idle.insert(v.transform);
  }
  std::erase_if(plan.operations, [&](const Operation& op) {
    const auto* transform = std::get_if<DataTransform>(&op);
    const bool goes = transform != nullptr && !transform->run && idle.count(transform->name) > 0;
    if (goes) settled.insert(transform->name);
    return goes;
  });
  for (auto& v : out) v.settled = settled.count(v.transform) > 0;
  std::erase_if(plan.probes, [&](const Probe& p) { return settled.count(p.transform) > 0; });
  plan.placeholders = open_slots(plan.operations);
  return out;
}

}  // namespace plinth
