#pragma once
#include "engine/schema/schema.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Asks the server how it prints the defaults that differ between a contract and the live schema, so that
/// two spellings of one default are no difference. Costs nothing where none differ. O(columns).
void settle_defaults(Connection& connection, Schema& stated, const Schema& live);

}  // namespace plinth
