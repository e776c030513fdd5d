#pragma once
// Which transforms of a plan go through their rows in batches.
#include "planner/plan/plan.h"
#include "runner/postgres/connection.h"

namespace plinth {

inline constexpr std::int64_t usual_batch_above = 100'000;

/// Lets those transforms that are committed by themselves go through their table in batches where it has more rows than
/// that, as the server's statistics say, and a primary key. One round trip.
void propose_batches(Connection& connection, Plan& plan, std::int64_t above);

}  // namespace plinth
