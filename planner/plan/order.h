#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// Operations in the order of execution.
struct Order {
  std::vector<Operation> operations;
  std::vector<Operation> stuck;  // those that wait for each other in a circle, and what waits for them; else empty
};

/// Phases, then ranks, then paths; what an operation needs comes before it all the same: a column before the generated
/// column that reads it, a key before the foreign key that references it, a type before its columns; and what leans on
/// something is dropped before it. The order in which the operations come does not matter.
/// O(operations log operations).
Order ordered(std::vector<Planned> operations, const Schema& actual);

}  // namespace plinth
