#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// Foreign keys in a cycle of dropped tables would block every one of the drops: they go first. O(dropped tables and
/// their foreign keys).
void cut_cycles_of_drops(Draft& draft);

}  // namespace plinth
