#include "runner/jobs/run/violations.h"

#include <set>

#include "engine/ops/by_hand/data_transform.h"
#include "runner/postgres/apply.h"

namespace plinth {
namespace {

constexpr std::int64_t enough_rows = 1000;
constexpr std::string_view patience_ms = "5000";

Query counted(const Probe& probe, Counting counting) {
  const Sql rows = Sql::trusted(probe.query);
  if (counting == Counting::exact) return {Sql("SELECT count(*) FROM ({}) AS v", rows).text(), {}};
  return {Sql("SELECT count(*) FROM (SELECT FROM ({}) AS v LIMIT {}) AS w", rows, enough_rows + 1).text(), {}};
}

// The results of the probes, read under limits that end with them: in a transaction of their own, or in a savepoint of
// the one that is open. Row security must not hide rows from them.
std::vector<Result> ask(Connection& c, const std::vector<Probe>& probes, Counting counting) {
  const bool nested = c.in_transaction();
  std::vector<Query> queries = {{nested ? "SAVEPOINT plinth_counting" : "BEGIN READ ONLY", {}}, value_settings()};
  if (counting == Counting::estimate) {
    queries.push_back({"SELECT set_config('statement_timeout', $1, true)", {std::string(patience_ms)}});
  }
  const std::size_t before = queries.size();
  for (const auto& p : probes) queries.push_back(counted(p, counting));
  std::vector<Query> closing = {{nested ? "ROLLBACK TO SAVEPOINT plinth_counting" : "ROLLBACK", {}}};
  if (nested) closing.push_back({"RELEASE SAVEPOINT plinth_counting", {}});
  c.send_all(queries, closing);
  std::vector<Result> results = c.receive_all();
  results.erase(results.end() - static_cast<std::ptrdiff_t>(closing.size()), results.end());
  results.erase(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(before));
  return results;
}

Violations reading(const Probe& probe, const Result& result, Counting counting) {
  Violations out{probe.transform, std::stoll(std::string(result.at(0, 0))), probe.counts, false, false};
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
      out.push_back({p.transform, {}, p.counts, false, false});
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
    if (e.code() == Code::rpc_cancelled || !c.alive()) throw;
    return ask_singly(c, probes, counting);
  }
}

// Transforms without work leave the plan. Those before a change of type stay as checks: the server itself would cut
// values that another database, or another client in the meantime, may hold.
void settle(Plan& plan, const std::set<std::string>& settled) {
  const auto is_settled = [&](const Operation& op) {
    const auto* transform = get_if<DataTransform>(&op);
    return transform != nullptr && settled.count(transform->name) > 0;
  };
  for (auto& op : plan.operations) {
    if (!is_settled(op)) continue;
    auto& transform = get<DataTransform>(op);
    const bool checks = transform.check && transform.check->query;
    if (checks && transform.aim.purpose == Purpose::type_change) transform.run.emplace();
  }
  remove_operations(plan, [&](const Operation& op) { return is_settled(op) && !get<DataTransform>(op).run; });
}

}  // namespace

std::vector<Violations> count_violations(Connection& connection, Plan& plan, Counting counting) {
  if (counting == Counting::none || plan.probes.empty() || !plan.conflicts.empty()) return {};
  std::vector<Violations> out = ask_all(connection, plan.probes, counting);
  std::set<std::string> idle, busy, settled;
  for (const auto& v : out) (v.count == 0 ? idle : busy).insert(v.transform);
  for (auto& op : plan.operations) {
    auto* transform = get_if<DataTransform>(&op);
    if (transform == nullptr || transform->run || idle.count(transform->name) == 0) continue;
    if (busy.count(transform->name) == 0) settled.insert(transform->name);
  }
  settle(plan, settled);
  for (auto& v : out) v.settled = settled.count(v.transform) > 0;
  std::erase_if(plan.probes, [&](const Probe& p) { return settled.count(p.transform) > 0; });
  return out;
}

}  // namespace plinth
