#pragma once
#include "planner/compare/diff.h"
#include "planner/plan/draft.h"

namespace plinth {

/// A sequence of its own comes before what draws from it, and gets its owner after the column is there. One whose owner
/// goes is dropped with it.
void plan_sequence(Draft& draft, const std::string& schema, const Pair<Sequence>& sequence);

/// The sequence that an autoincrement column owns: its type follows that of the column, which the server does not do by
/// itself, and its options change. `actual` is nullptr for a new column.
void plan_owned_sequence(Draft& draft, const Name& table, const Column& expected, const Column* actual);

}  // namespace plinth
