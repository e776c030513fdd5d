#pragma once
// A plan between two states that have been read: what planWithDescriptors, diff and applyMigration share.
#include "planner/plan.h"
#include "rpc/compare.h"

namespace plinth {

struct PlanRequest {
  std::vector<OperationClass> allow = {};  // empty: all classes
  std::vector<HazardKind> forbid = {};
  bool online = false;
  std::optional<std::int64_t> server_version = {};  // absent: that of the live origin, else `usual_server_version`
  Extras extras = Extras::keep;
  std::vector<Hint> hints = {};
  bool follows_mappings = false;
};

/// Plans the way from one state to another. `start` is the contract that the origin follows, where it is known; what it
/// names of a live origin is not unclaimed. Both states are left as they were compared. O((from + to) log).
Plan plan_states(State& from, State& to, const PlanRequest& request, const Contract* start);

/// Options under which states are planned that are comparable already: the server, the types that are known, what stays
/// beside the plan (`kept`, which must outlive them).
PlanOptions plan_options(const State& from, const State& to, const PlanRequest& request, const Unclaimed& kept);

}  // namespace plinth
