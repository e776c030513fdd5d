#pragma once
// Differences and plans as text for people.
#include <string>
#include <vector>

#include "planner/compare/diff.h"
#include "planner/plan/plan.h"

namespace plinth {

/// `1 conflict`, `2 conflicts`.
std::string counted(std::size_t n, const std::string& what);

/// What has to happen to the actual side, a line a difference, under the schema and the table it belongs to: `+` what
/// is missing, `-` what is not expected, `~` what differs, with both values. Empty text for no differences. Lines are
/// sorted, so equal differences give equal text. O(issues log issues).
std::string summary(const std::vector<Issue>& issues);

/// The operations in their order with their classes; under each its hazards (`!`) and its open slots (`?`). A plan
/// with conflicts lists these instead. Warnings come last (`~`). O(operations + warnings).
std::string summary(const Plan& plan);

}  // namespace plinth
