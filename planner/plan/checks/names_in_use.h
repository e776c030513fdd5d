#pragma once
#include "planner/hints/hinted_origin.h"
#include "planner/plan/draft.h"

namespace plinth {

/// A conflict for each relation or type that the plan makes, or renames to, under a name that something of a kind
/// without a model has (a materialized view, a composite type, a domain …), instead of an error in the middle of a run.
/// Only with `options.absent`, and when there is no other conflict yet. O(schema), and one round trip, when something
/// is made.
void check_names_in_use(Draft& draft, const HintedOrigin& hinted);

}  // namespace plinth
