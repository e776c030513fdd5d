#pragma once
#include "engine/operation.h"
#include "planner/conflict.h"

namespace plinth {

/// What restores a detached view lasts as long as a transaction: a conflict where a COMMIT would come between.
/// O(operations).
void refuse_split_views(const std::vector<Operation>& operations, std::vector<Conflict>& conflicts);

}  // namespace plinth
