#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// What the expressions of new columns, defaults, checks, indexes, policies and views name, and neither the server has
/// nor the plan makes: a conflict for each, instead of an error in the middle of a run. Only with `options.absent`, and
/// not where the plan makes an extension, which may bring all of it. O(operations), with O(destination) where sequences
/// or types are mentioned, and one round trip.
void check_names(Draft& draft);

}  // namespace plinth
