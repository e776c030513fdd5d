#pragma once
// The way back.
#include "engine/ops/questions.h"
#include "planner/plan/plan.h"

namespace plinth {

struct Inverse {
  Plan plan;  // from where the operations lead, back to the origin
  std::vector<Loss> losses;
};

/// The way back to `origin` from where the operations lead. Renames of what lives on both sides are turned around, so
/// that it keeps its rows; the rest is planned. `destination` says where they lead when they include raw SQL that is
/// not understood; otherwise simulating them does, and `destination` must agree with it (compare with `prove` before).
/// What the way back drops is a hazard of its plan, not a loss of the way there.
/// Throws MIGRATION.NOT_APPLICABLE when the operations do not apply to the origin, ENGINE.INTERNAL when the way back
/// does not prove itself. O((origin + destination + operations) log).
Inverse invert(const Schema& origin, const std::vector<Operation>& operations, const Schema& destination);

}  // namespace plinth
