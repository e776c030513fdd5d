#pragma once
// How much work the transforms of a plan have on a live database.
#include "planner/plan/plan.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// How the rows that violate what a plan asks for are counted: up to a thousand and for a few seconds each; all of
/// them, however long it takes; or not at all.
enum class Counting { estimate, exact, none };
inline constexpr Named<Counting> counting_names[] = {
    {"estimate", Counting::estimate}, {"exact", Counting::exact}, {"none", Counting::none}};
constexpr const auto& names(Counting) { return counting_names; }

/// The work of one transform.
struct Violations {
  std::string transform;
  std::optional<std::int64_t> count;  // absent: it could not be counted in time
  std::string counts;                 // what is counted
  bool at_least = false;              // the counting stopped at `count`
  bool settled = false;  // there is nothing to do: the transform leaves the plan, or stays as a check alone
  static constexpr auto fields =
      std::tuple{field("transform", &Violations::transform), field("count", &Violations::count),
                 field("counts", &Violations::counts), field("atLeast", &Violations::at_least),
                 field("settled", &Violations::settled)};
};

/// Counts, and takes those open transforms out of the plan that have nothing to do; before a change of type their
/// checks stay, with nothing to run. One round trip while nothing fails.
std::vector<Violations> count_violations(Connection& connection, Plan& plan, Counting counting);

}  // namespace plinth
