#pragma once
#include "planner/plan.h"
#include "planner/reconcile.h"
#include "rpc/state.h"

namespace plinth {

/// What to do with whole objects of a database that the contract opposite does not name.
enum class Extras { keep, drop };
inline constexpr Named<Extras> extras_names[] = {{"keep", Extras::keep}, {"drop", Extras::drop}};
constexpr const auto& names(Extras) { return extras_names; }

/// Makes two states comparable: open names settled, and, when one side is live and the other a contract, unclaimed
/// objects set apart (`keep`): those are returned. What `before` names, the contract that the live side has followed,
/// is not unclaimed.
Unclaimed make_comparable(State& expected, State& actual, Extras extras, const Schema& before = {});

/// Before a plan of comparable states: takes out what the contract leaves to somebody else.
void leave_to_others(State& expected, State& actual);

/// What a comparison of comparable states looks at where somebody else looks after a part of them: of that, what is
/// declared. Nothing where the contract manages all of it.
std::optional<std::pair<Schema, Schema>> declared_schemas(const State& expected, const State& actual);

}  // namespace plinth
