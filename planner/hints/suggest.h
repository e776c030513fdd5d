#pragma once
// Suggests renames, splits and merges for objects that a plan drops and adds.
#include "planner/hints/hinted_origin.h"

namespace plinth {

/// Suggestions are made from this score on, of 1.00.
inline constexpr Score suggestion_threshold{60};

/// Warnings with ready-made hints, for what the destination lacks and what it adds; sorted by path. What the moves of
/// the hints take care of already is left out. `origin` is whole: nothing of it has been forgotten.
///
/// Renames of columns and values are sought within a table or a type (dropped × added), splits into and extractions to
/// other tables along foreign keys, renames, splits and merges of tables and types among those that share a column, a
/// value or a word that at most 16 of them contain. O((destination + origin) log, + pairs that share something × their
/// columns).
std::vector<Warning> suggest(const Schema& destination, const Schema& origin, const std::vector<MoveHint>& moves);

/// The parts of it; they append to `out`.
void suggest_tables(const Schema& destination, const Schema& origin, std::vector<Warning>& out);
void suggest_columns(const Schema& destination, const Schema& origin, std::vector<Warning>& out);
void suggest_values(const Schema& destination, const Schema& origin, std::vector<Warning>& out);

}  // namespace plinth
