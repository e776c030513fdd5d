#pragma once
#include "engine/schema/schema.h"
#include "runner/introspect/settle_expressions.h"

namespace plinth {

/// Asks the server how it spells what a contract states as SQL (defaults, checks, indexes), so that two spellings of
/// one thing are no difference to the live schema. Costs nothing where none differ. O(columns, checks and indexes).
void settle_spellings(Connection& connection, Schema& stated, const Schema& live, Belief belief = Belief::hashed_names);

}  // namespace plinth
