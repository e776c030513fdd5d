#pragma once
// Plans for databases in use.
#include "planner/plan/plan.h"

namespace plinth {

/// Takes, for tables that the plan does not create itself, the way that holds up others least, where there is one:
/// - indexes are built and dropped CONCURRENTLY, and unique constraints and primary keys take such an index over;
/// - foreign keys and checks are added NOT VALID and validated in a transaction of their own;
/// - NOT NULL is proved by a check that is validated before and dropped after;
/// - a column whose default differs from row to row is added without it, and filled in a transaction of its own;
/// - values of enums and transforms are committed by themselves.
/// From a transform to the last change of type or drop behind it, everything keeps its form, and is committed at once:
/// what others write in between would be converted or dropped without having been transformed.
/// The operations lead to the same schema. They are taken in their order, each replaced in its place.
/// O(operations log operations).
std::vector<Operation> online(std::vector<Operation> operations, const PlanOptions& options);

}  // namespace plinth
