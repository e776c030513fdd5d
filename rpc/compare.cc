#include "rpc/compare.h"

#include "planner/control.h"
#include "rpc/written_defaults.h"

namespace plinth {
namespace {

// The side that a contract states is the one that leaves things open.
bool is_turned(const State& expected, const State& actual) { return expected.live && !actual.live; }

}  // namespace

Unclaimed make_comparable(State& expected, State& actual, Extras extras, const Schema& before) {
  const bool turned = is_turned(expected, actual);
  State& stated = turned ? actual : expected;
  State& found = turned ? expected : actual;
  Unclaimed unclaimed;
  const bool leaves_open = !stated.live && !stated.empty;
  if (found.live && leaves_open) {
    const Leftovers leftovers = extras == Extras::keep ? Leftovers::unclaimed : Leftovers::extensions;
    unclaimed = forget_leftovers(leftovers, stated.schema, found.schema, before);
  }
  if (found.live && extras == Extras::drop) adopt_control(before, stated.schema, found.schema);
  if (found.connection && !stated.live) settle_defaults(*found.connection, stated.schema, found.schema);
  if (found.live) adopt_json_defaults(stated.schema, found.schema);
  reconcile(stated.schema, found.schema);
  return unclaimed;
}

void leave_to_others(State& expected, State& actual) {
  const bool turned = is_turned(expected, actual);
  respect_control(turned ? actual.schema : expected.schema, turned ? expected.schema : actual.schema);
}

std::optional<std::pair<Schema, Schema>> declared_schemas(const State& expected, const State& actual) {
  const bool turned = is_turned(expected, actual);
  if (!has_unmanaged(expected.schema) && !has_unmanaged(actual.schema)) return {};
  std::pair<Schema, Schema> out{expected.schema, actual.schema};
  overlook_undeclared(turned ? out.second : out.first, turned ? out.first : out.second);
  return out;
}

}  // namespace plinth
