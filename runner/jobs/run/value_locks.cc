#include "runner/jobs/run/value_locks.h"

#include "engine/ops/by_hand/raw_sql.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/typed_operation.h"
#include "planner/plan/values.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {

Running running(const Package& package) {
  Running out{package, typed_operations(package)};
  const auto is_raw = [](const Operation& op) { return holds_alternative<RawSql>(op); };
  if (!package.end_contract || std::none_of(out.typed.begin(), out.typed.end(), is_raw)) return out;
  const Schema destination = contract_schema(end_contract_of(package));
  for (auto& op : out.typed) op = as_typed(op, destination);
  return out;
}

bool ValueLocks::lock(const Running& run, std::size_t first, std::size_t end) {
  std::set<std::string> names;
  for (std::size_t i = first; i < end; ++i) {
    const auto table = table_of_values(run.typed[i]);
    if (!table) continue;
    std::string name = Sql("{}", *table).text();
    if (locked_.count(name) == 0) names.insert(std::move(name));
  }
  if (names.empty()) return false;
  const Query lockable{
      "SELECT t FROM jsonb_array_elements_text($1::jsonb) AS t WHERE to_regclass(t) IS NOT NULL AND "
      "has_table_privilege(to_regclass(t), 'UPDATE, DELETE, TRUNCATE')",
      {to_json(std::vector<std::string>(names.begin(), names.end()))}};
  const Result found = connection_.run(lockable);
  std::vector<Sql> tables;
  tables.reserve(names.size());
  for (int i = 0; i < found.rows(); ++i) {
    locked_.emplace(found.at(i, 0));
    tables.push_back(Sql::trusted(std::string(found.at(i, 0))));
  }
  if (!tables.empty()) connection_.run(Sql("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", Sql::list(tables)));
  return true;
}

}  // namespace plinth
