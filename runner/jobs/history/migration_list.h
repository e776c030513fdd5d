#pragma once
#include "engine/json/place.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"

namespace plinth {

struct MigrationListRequest {
  FilePath migrations;
  static constexpr auto fields = std::tuple{field("migrations", &MigrationListRequest::migrations)};
};
struct SpaceMigrations {
  std::string space;
  std::vector<MigrationEntry> migrations;
  static constexpr auto fields =
      std::tuple{field("space", &SpaceMigrations::space), field("migrations", &SpaceMigrations::migrations)};
};
struct MigrationListResult {
  std::vector<SpaceMigrations> spaces;
  std::string summary;
  static constexpr auto fields =
      std::tuple{field("spaces", &MigrationListResult::spaces), field("summary", &MigrationListResult::summary)};
};

/// The packages of each space, newest first. O(packages).
MigrationListResult migration_list(JobContext& context, const MigrationListRequest& request);

}  // namespace plinth
