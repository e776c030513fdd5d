#include "planner/compare/alignment.h"

#include "planner/compare/control.h"
namespace plinth {
namespace {

// The side that a contract states is the one that leaves things open.
bool is_turned(const Side& expected, const Side& actual) { return expected.live && !actual.live; }

// A schema that holds unclaimed objects stays, whoever named it.
void keep_schemas(Schema& stated, const Schema& unclaimed) {
  for (const auto& n : unclaimed.namespaces) {
    if (!n.empty()) named_namespace(stated, n.name);
  }
}

}  // namespace

Unclaimed align(Side& expected, Side& actual, Extras extras, const Schema& before,
                const SettleSpellings& settle_spellings) {
  const bool turned = is_turned(expected, actual);
  Side& stated = turned ? actual : expected;
  Side& found = turned ? expected : actual;
  Unclaimed unclaimed;
  const bool leaves_open = !stated.live && !stated.empty;
  if (found.live && leaves_open) {
    const Leftovers leftovers = extras == Extras::keep ? Leftovers::unclaimed : Leftovers::extensions;
    unclaimed = forget_leftovers(leftovers, stated.schema, found.schema, before);
    if (extras == Extras::keep) keep_schemas(stated.schema, unclaimed.schema);
  }
  if (found.live && extras == Extras::drop) adopt_control(before, stated.schema, found.schema);
  if (settle_spellings && found.live && !stated.live) settle_spellings(stated.schema, found.schema);
  if (found.live && !stated.live) adopt_json_defaults(stated.schema, found.schema);
  reconcile(stated.schema, found.schema);
  if (found.live && leaves_open && !stated.live) adopt_unmanaged_kinds(stated.schema, found.schema);
  return unclaimed;
}

void leave_to_others(Side& expected, Side& actual) {
  const bool turned = is_turned(expected, actual);
  respect_control(turned ? actual.schema : expected.schema, turned ? expected.schema : actual.schema);
}

std::optional<std::pair<Schema, Schema>> declared_schemas(const Side& expected, const Side& actual) {
  const bool turned = is_turned(expected, actual);
  if (!has_unmanaged(expected.schema) && !has_unmanaged(actual.schema)) return {};
  std::pair<Schema, Schema> out{expected.schema, actual.schema};
  overlook_undeclared(turned ? out.second : out.first, turned ? out.first : out.second);
  return out;
}

}  // namespace plinth
