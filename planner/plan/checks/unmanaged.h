#pragma once
// What the destination does not name, and what is live all the same.
#include "planner/plan/draft.h"

namespace plinth {

/// A conflict for each operation of the draft that something beside the plan would not survive, or would stop: a
/// foreign key that leans on a key, a column or a table, a column of an enum that is made anew, what is left in a
/// schema; a view, a function or a trigger that needs a column or a table. They know things by the names before
/// `renames`. O(operations + unmanaged + dependents · renames).
void check_unmanaged(Draft& draft, const std::vector<Operation>& renames);

}  // namespace plinth
