#pragma once
#include "engine/operation.h"
#include "engine/ops/by_hand/data_transform.h"
#include "planner/conflict.h"
#include "planner/warning.h"

namespace plinth {

/// A transform that moves values, and the new columns (schema, table, column) that need no backfill beside it.
struct Move {
  DataTransform transform;
  std::vector<std::vector<std::string>> fills;
};

/// What hints make of an origin before the plan is made: see apply_hints.h.
struct HintedOrigin {
  std::vector<Operation> renames;  // applied to the origin already; they come first in the plan
  Schema origin;                   // as it was before them; empty when there are none
  std::vector<Move> moves;
  std::vector<Conflict> conflicts;
  std::vector<Warning> warnings;
};

}  // namespace plinth
