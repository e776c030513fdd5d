#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// The values of a native enum: new ones are added in place; when values leave or change order the type is rebuilt
/// under a temporary name, and every column of it follows.
void plan_enum_change(Draft& draft, const std::string& schema, const Enum& expected, const Enum& actual);

/// The values that a check permits: when values leave, the rows that hold them are transformed between the old check
/// and the new one.
void plan_membership_change(Draft& draft, const Name& table, const Check& expected, const Check& actual);

}  // namespace plinth
