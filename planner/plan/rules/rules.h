#pragma once
// One issue at a time: which operations settle it.
#include "planner/compare/diff.h"
#include "planner/plan/draft.h"

namespace plinth {

/// Turns every issue into operations or conflicts, in no particular order. O(issues log schema), and one walk over the
/// foreign keys when a key that they may reference is dropped.
void plan_issues(Draft& draft, const std::vector<Issue>& issues);

}  // namespace plinth
