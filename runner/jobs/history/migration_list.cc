#include "runner/jobs/history/migration_list.h"

#include "planner/render/summary.h"

namespace plinth {

MigrationListResult migration_list(JobContext&, const MigrationListRequest& p) {
  MigrationListResult out;
  std::size_t count = 0;
  for (const auto& space : existing_spaces(p.migrations)) {
    out.spaces.push_back({space.id, migration_entries(load_history(space))});
    count += out.spaces.back().migrations.size();
  }
  out.summary = counted(count, "migration") + " on disk";
  return out;
}

}  // namespace plinth
