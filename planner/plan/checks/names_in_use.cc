#include "planner/plan/checks/names_in_use.h"

#include <map>

#include "engine/ops/questions.h"
#include "planner/plan/checks/name_clashes.h"

namespace plinth {
namespace {

// A name, and the operation that needs it.
using Needs = std::map<MentionedName, std::pair<Name, const Operation*>>;

void add_needs(Needs& out, const Operation& op, const NameContext& held, const std::set<Name>& freed) {
  for (const auto& made : taken_names(op, held)) {
    if (held.find(made) != nullptr || freed.contains(made.name)) continue;
    const NamedKind kind = made.space == NameSpace::relations ? NamedKind::relation : NamedKind::type;
    out.emplace(MentionedName{kind, Sql("{}", made.name).text()}, std::pair(made.name, &op));
  }
}

// What neither the origin's own objects have nor renames of hints make free.
Needs needs_of(const Draft& d, const HintedOrigin& hinted) {
  Needs out;
  const NameContext now = held_names(d.actual), before = held_names(hinted.origin);
  for (const auto& p : d.operations) add_needs(out, p.operation, now, {});
  const std::set<Name> freed = names_freed_by(hinted.renames);
  for (const auto& op : hinted.renames) add_needs(out, op, before, freed);
  return out;
}

Conflict in_use(const Name& name, const Operation& op) {
  return {ConflictKind::unsupported_operation,
          label(op) + " needs the name " + q(name.name) + ", which something else has in schema " + q(name.schema),
          "It is of a kind that is not compared, such as a materialized view, a composite type or a domain.",
          "Rename or drop it by hand before, or choose another name.",
          {name.schema, name.name}};
}

}  // namespace

void check_names_in_use(Draft& d, const HintedOrigin& hinted) {
  if (!d.options.absent || !d.conflicts.empty()) return;
  Needs needs = needs_of(d, hinted);
  if (needs.empty()) return;
  std::vector<MentionedName> all;
  all.reserve(needs.size());
  for (const auto& [mentioned, need] : needs) all.push_back(mentioned);
  for (const auto& free : d.options.absent(all)) needs.erase(free);
  std::set<Name> told;
  for (const auto& [mentioned, need] : needs) {
    if (told.insert(need.first).second) d.conflicts.push_back(in_use(need.first, *need.second));
  }
}

}  // namespace plinth
