#include "rpc/compare.h"

#include "rpc/written_defaults.h"

namespace plinth {

Unclaimed make_comparable(State& expected, State& actual, Extras extras, const Schema& before) {
  // The side that a contract states is the one that leaves things open.
  const bool turned = expected.live && !actual.live;
  State& stated = turned ? actual : expected;
  State& found = turned ? expected : actual;
  respect_control(stated.schema, found.schema);
  Unclaimed unclaimed;
  if (found.live && !stated.live && extras == Extras::keep) {
    unclaimed = forget_unclaimed(stated.schema, found.schema, before);
  }
  if (found.connection && !stated.live) settle_defaults(*found.connection, stated.schema, found.schema);
  reconcile(stated.schema, found.schema);
  return unclaimed;
}

}  // namespace plinth
