#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// Views, when the other rules have said what happens to all that they read. A view in the way of a change is detached
/// and comes back after it, with the views upon it; one that changes is replaced where the server can replace it, and
/// else detached and made anew. What cannot come back is left in `lost_views` and `unlike_views`, for conflicts.
/// O(views² + operations).
void plan_views(Draft& draft);

}  // namespace plinth
