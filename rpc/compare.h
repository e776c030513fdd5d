#pragma once
#include "planner/plan.h"
#include "planner/reconcile.h"
#include "rpc/state.h"

namespace plinth {

/// What to do with whole objects of a database that the contract opposite does not name.
enum class Extras { keep, drop };
inline constexpr Named<Extras> extras_names[] = {{"keep", Extras::keep}, {"drop", Extras::drop}};
constexpr const auto& names(Extras) { return extras_names; }

/// Makes two states comparable: control policies respected, open names settled, and, when one side is live and the
/// other a contract, unclaimed objects set apart (`keep`): those are returned. What `before` names, the contract that
/// the live side has followed, is not unclaimed.
Unclaimed make_comparable(State& expected, State& actual, Extras extras, const Schema& before = {});

}  // namespace plinth
