#include "rpc/compare.h"

#include "planner/reconcile.h"
#include "rpc/written_defaults.h"

namespace plinth {

std::vector<std::string> make_comparable(State& expected, State& actual, Extras extras) {
  // The side that a contract states is the one that leaves things open.
  const bool turned = expected.live && !actual.live;
  State& stated = turned ? actual : expected;
  State& found = turned ? expected : actual;
  respect_control(stated.schema, found.schema);
  std::vector<std::string> unclaimed;
  if (found.live && !stated.live && extras == Extras::keep) unclaimed = forget_unclaimed(stated.schema, found.schema);
  if (found.connection && !stated.live) settle_defaults(*found.connection, stated.schema, found.schema);
  reconcile(stated.schema, found.schema);
  return unclaimed;
}

}  // namespace plinth
