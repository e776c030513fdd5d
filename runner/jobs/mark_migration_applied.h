#pragma once
#include "engine/json/place.h"
#include "planner/compare/diff.h"
#include "runner/jobs/job_context.h"

namespace plinth {

struct MarkRequest {
  DatabaseUrl url;
  FilePath package;
  bool force = false, strict = false;
  std::optional<std::int64_t> migration_lock_timeout_ms;
  static constexpr auto fields = std::tuple{field("url", &MarkRequest::url), field("package", &MarkRequest::package),
                                            field("force", &MarkRequest::force), field("strict", &MarkRequest::strict),
                                            field("migrationLockTimeoutMs", &MarkRequest::migration_lock_timeout_ms)};
};
struct MarkResult {
  bool already_applied = false, forced = false;
  std::optional<std::string> from;
  std::string to;
  std::vector<IssueReport> issues;  // what a forced mark passed over
  static constexpr auto fields =
      std::tuple{field("alreadyApplied", &MarkResult::already_applied), field("forced", &MarkResult::forced),
                 field("from", &MarkResult::from), field("to", &MarkResult::to), field("issues", &MarkResult::issues)};
};

/// Record a package as applied without running it, once the live schema verifies.
MarkResult mark_migration_applied(JobContext& context, const MarkRequest& request);

}  // namespace plinth
