#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {

struct MigrationLogRequest {
  DatabaseUrl url;
  std::optional<std::string> space;
  static constexpr auto fields =
      std::tuple{field("url", &MigrationLogRequest::url), field("space", &MigrationLogRequest::space)};
};
/// A row of the ledger. A change that was made without a package (`updateDatabase`, `db update`) has no name.
struct LogRecord {
  std::string space, name, hash;
  std::optional<std::string> from;  // absent: an empty database
  std::string to, applied_at;
  std::int64_t operation_count = 0;
  static constexpr auto fields = std::tuple{field("space", &LogRecord::space),
                                            field("name", &LogRecord::name),
                                            field("hash", &LogRecord::hash),
                                            field("fromContract", &LogRecord::from),
                                            field("toContract", &LogRecord::to),
                                            field("appliedAt", &LogRecord::applied_at),
                                            field("operationCount", &LogRecord::operation_count)};
};
struct MigrationLogResult {
  std::vector<LogRecord> records;
  std::string summary;
  static constexpr auto fields =
      std::tuple{field("records", &MigrationLogResult::records), field("summary", &MigrationLogResult::summary)};
};

/// What was applied to a database, oldest first, in all spaces. O(rows of the ledger).
MigrationLogResult migration_log(JobContext& context, const MigrationLogRequest& request);

}  // namespace plinth
