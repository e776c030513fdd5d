#pragma once
#include "planner/compare/diff.h"
#include "planner/conflict.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

struct ComparisonRequest {
  StateParam from = EmptyState{}, to = EmptyState{};
  bool strict = false;  // whole objects that a contract opposite a database does not name are differences too
  static constexpr auto fields =
      std::tuple{field("from", &ComparisonRequest::from), field("to", &ComparisonRequest::to),
                 field("strict", &ComparisonRequest::strict)};
};
struct ComparisonResult {
  std::vector<IssueReport> issues;  // `expected` is the side of `to`, `actual` that of `from`
  std::string summary, sql;         // sql makes `to` of `from`; empty when there are conflicts
  std::vector<Conflict> conflicts;
  std::vector<std::string> unclaimed;
  std::vector<Unmodeled> unmodeled;  // objects of the databases that were not compared
  std::vector<Warning> warnings;     // what could not be read
  static constexpr auto fields = std::tuple{field("issues", &ComparisonResult::issues),
                                            field("summary", &ComparisonResult::summary),
                                            field("sql", &ComparisonResult::sql),
                                            field("conflicts", &ComparisonResult::conflicts),
                                            field("unclaimed", &ComparisonResult::unclaimed),
                                            field("unmodeled", &ComparisonResult::unmodeled),
                                            field("warnings", &ComparisonResult::warnings)};
};

/// What two states differ in: empty, contract, package, ref or database.
ComparisonResult compare_states(JobContext& context, const ComparisonRequest& request);

}  // namespace plinth
