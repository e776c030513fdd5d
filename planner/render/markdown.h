#pragma once
// A plan as a pull request shows it.
#include <optional>
#include <string>

#include "planner/plan/plan.h"

namespace plinth {

/// What a plan is called, and the hashes it leads between; absent: no contract.
struct Heading {
  std::string title;
  std::optional<std::string> from, to;
  std::vector<std::string> gone = {};  // what a way back cannot bring back
};

/// GitHub-flavoured Markdown: the operations as a table, their hazards, what is lost or does not come back, the
/// warnings with their hints, the open slots as tasks, the statements folded away. A plan with conflicts shows these
/// and the warnings. Names and SQL are shown as they are, whatever they hold. Source: GitHub Flavored Markdown
/// specification, 0.29. O(text).
std::string markdown(const Plan& plan, const Heading& heading);

}  // namespace plinth
