#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// Every column that the plan makes, or gives another type, must have a type that there is: one of the server's own, an
/// enum of the destination, one that the origin uses already, one of an extension, or one that the options name. All
/// others are conflicts, one a type. O(new columns); one walk over the origin for a type that is none of these.
void check_types(Draft& draft);

}  // namespace plinth
