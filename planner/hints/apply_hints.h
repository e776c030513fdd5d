#pragma once
// What hints make of an origin, before the plan is made.
#include "planner/hints/hinted_origin.h"

namespace plinth {

/// A hint that nobody gave: it follows from something else. Given hints outweigh it; where it does not fit the schemas
/// it is passed over.
struct DerivedHint {
  Hint hint;
  std::string reason;
};

/// Renames in `origin` what the hints rename: types, their values, tables, columns, in this order; chains from their
/// end, circles through a temporary name. Makes transforms of moves. Hints that contradict one another, or name what is
/// not there, become conflicts, all of them; the others are followed. To be called with the whole origin, before
/// anything of it is forgotten. O((hints + names in what they touch) log).
HintedOrigin apply_hints(const std::vector<Hint>& hints, const std::vector<DerivedHint>& derived,
                         const Schema& destination, Schema& origin);

/// The transform that a move asks for, with an open run. Its check is derived: rows whose values have no counterpart
/// at the destination, beside the key where a foreign key leads back; within one table, NULLs in the destination. A
/// place that does not exist is a conflict. O(columns of the places).
std::optional<Move> plan_move(const MoveHint& hint, const Schema& destination, const Schema& origin,
                              std::vector<Conflict>& conflicts);

}  // namespace plinth
