#pragma once
#include "planner/plan.h"
#include "rpc/state.h"

namespace plinth {

/// What to do with whole objects of a database that the contract opposite does not name.
enum class Extras { keep, drop };
inline constexpr Named<Extras> extras_names[] = {{"keep", Extras::keep}, {"drop", Extras::drop}};
constexpr const auto& names(Extras) { return extras_names; }

/// Makes two states comparable: control policies respected, open names settled, and, when one side is live and the
/// other a contract, unclaimed objects set apart (`keep`). The list of those.
std::vector<std::string> make_comparable(State& expected, State& actual, Extras extras);

}  // namespace plinth
