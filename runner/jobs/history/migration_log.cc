#include "runner/jobs/history/migration_log.h"

#include "planner/history/route.h"
#include "planner/render/summary.h"

namespace plinth {

MigrationLogResult migration_log(JobContext& context, const MigrationLogRequest& p) {
  Connection connection = context.connect(p.url);
  MigrationLogResult out;
  if (has_ledger(connection)) {
    for (auto& e : read_ledger(connection, p.space)) {
      LogRecord& record = out.records.emplace_back();
      record.space = std::move(e.space);
      record.name = std::move(e.migration_name);
      record.hash = std::move(e.migration_hash);
      const bool starts_empty = !e.origin_hash || e.origin_hash->empty() || bare_hash(*e.origin_hash) == empty_node;
      if (!starts_empty) record.from = std::move(e.origin_hash);
      record.to = std::move(e.destination_hash);
      record.applied_at = std::move(e.created_at);
      record.operation_count = e.operation_count;
    }
  }
  out.summary = counted(out.records.size(), "migration") + " applied";
  return out;
}

}  // namespace plinth
