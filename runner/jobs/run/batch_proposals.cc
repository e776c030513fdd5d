#include "runner/jobs/run/batch_proposals.h"

#include <set>

#include "engine/ops/by_hand/data_transform.h"
#include "runner/jobs/run/batch_key.h"

namespace plinth {

void propose_batches(Connection& connection, Plan& plan, std::int64_t above) {
  const auto table_of = [](const DataTransform& transform) { return Sql("{}", transform.aim.object).text(); };
  std::vector<std::string> tables;
  for (const auto& op : plan.operations) {
    const auto* transform = get_if<DataTransform>(&op);
    if (transform != nullptr && transform->own_transaction) tables.push_back(table_of(*transform));
  }
  if (tables.empty()) return;
  const Result large =
      connection.run(Query{"SELECT t FROM pg_catalog.jsonb_array_elements_text($1::jsonb) AS t JOIN "
                           "pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(t) "
                           "WHERE c.relkind IN ('r', 'p') AND " +
                               std::string(estimated_rows) +
                               " > $2::bigint AND EXISTS (SELECT FROM pg_catalog.pg_index i "
                               "WHERE i.indrelid = c.oid AND i.indisprimary)",
                           {to_json(tables), std::to_string(above)}});
  std::set<std::string> found;
  for (int i = 0; i < large.rows(); ++i) found.emplace(large.at(i, 0));
  for (auto& op : plan.operations) {
    auto* transform = get_if<DataTransform>(&op);
    if (transform == nullptr || !transform->own_transaction || found.count(table_of(*transform)) == 0) continue;
    transform->own_transaction = false;
    transform->batch.emplace();
  }
}

}  // namespace plinth
