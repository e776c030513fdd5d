#pragma once
#include "planner/rules.h"

namespace plinth {

/// The order of execution: phases, then ranks, then paths; tables are dropped before those they reference.
/// O(operations log operations).
std::vector<Operation> ordered(std::vector<Planned> operations, const Schema& actual);

}  // namespace plinth
