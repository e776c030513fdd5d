#pragma once
// What a plan may do to a database: classes of operations, and hazards.
#include "planner/plan/plan.h"

namespace plinth {

/// An operation whose class the policy does not allow is a conflict.
void refuse_class(const Operation& op, const PlanOptions& options, std::vector<Conflict>& conflicts);

/// An operation with hazards that the policy forbids is a conflict that names all of them. O(impacts).
void refuse_hazards(const PlanOptions& options, const Costs& found, const std::vector<Operation>& operations,
                    std::vector<Conflict>& conflicts);

}  // namespace plinth
