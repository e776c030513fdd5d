#include "planner/plan/checks/names_in_use.h"

#include <map>

#include "engine/ops/sequences/create_sequence.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "engine/ops/views/create_view.h"

namespace plinth {
namespace {

// What the origin's own relations and types are called: name_clashes tells about them.
std::set<Name> names_of(const Schema& schema) {
  std::set<Name> out;
  for (const auto& n : schema.namespaces) {
    for (const auto& e : n.enums) out.insert({n.name, e.name});
    for (const auto& s : n.sequences) out.insert({n.name, s.name});
    for (const auto& v : n.views) out.insert({n.name, v.name});
    for (const auto& t : n.tables) {
      out.insert({n.name, t.name});
      if (t.primary_key) out.insert({n.name, t.primary_key->name});
      for (const auto& u : t.uniques) out.insert({n.name, u.name});
      for (const auto& i : t.indexes) out.insert({n.name, i.name});
      for (const auto& c : t.columns) {
        if (is_autoincrement(c.fallback) || c.identity) out.insert(default_sequence({n.name, t.name}, c.name));
        if (c.sequence.value) out.insert({c.sequence.value->schema, c.sequence.value->name});
      }
    }
  }
  return out;
}

using Needs = std::map<Name, const Operation*>;

void add_need(Needs& out, const Operation& op) {
  if (const auto* table = get_if<CreateTable>(&op)) {
    out.emplace(Name{table->schema, table->definition.name}, &op);
  } else if (const auto* view = get_if<CreateView>(&op)) {
    if (!view->replaces) out.emplace(Name{view->schema, view->definition.name}, &op);
  } else if (const auto* sequence = get_if<CreateSequence>(&op)) {
    out.emplace(Name{sequence->schema, sequence->definition.name}, &op);
  } else if (const auto* type = get_if<CreateEnumType>(&op)) {
    out.emplace(Name{type->schema, type->type_name}, &op);
  } else if (const auto* table_name = get_if<RenameTable>(&op)) {
    out.emplace(Name{table_name->schema, table_name->to_name}, &op);
  } else if (const auto* type_name = get_if<RenameType>(&op)) {
    out.emplace(Name{type_name->schema, type_name->to_name}, &op);
  }
}

// Names that the operations need and that neither the origin's own objects have nor renames make free.
Needs needs_of(const Draft& d, const std::vector<Operation>& renames) {
  Needs made, renamed;
  for (const auto& p : d.operations) add_need(made, p.operation);
  const std::set<Name> known = names_of(d.actual);
  std::erase_if(made, [&](const auto& need) { return known.contains(need.first); });
  // The renames of hints are done in `actual` already.
  for (const auto& op : renames) add_need(renamed, op);
  for (const auto& op : renames) {
    if (const auto* table = get_if<RenameTable>(&op)) renamed.erase({table->schema, table->from_name});
    if (const auto* type = get_if<RenameType>(&op)) renamed.erase({type->schema, type->from_name});
  }
  made.merge(renamed);
  return made;
}

Conflict in_use(const Name& name, const Operation& op) {
  return {ConflictKind::unsupported_operation,
          label(op) + " needs the name " + q(name.name) + ", which something else has in schema " + q(name.schema),
          "It is of a kind that is not compared, such as a materialized view, a composite type or a domain.",
          "Rename or drop it by hand before, or choose another name.",
          {name.schema, name.name}};
}

}  // namespace

void check_names_in_use(Draft& d, const std::vector<Operation>& renames) {
  if (!d.options.absent || !d.conflicts.empty()) return;
  const Needs needs = needs_of(d, renames);
  if (needs.empty()) return;
  std::map<MentionedName, Name> asked;
  for (const auto& [name, op] : needs) {
    const std::string text = Sql("{}", name).text();
    asked.emplace(MentionedName{NamedKind::relation, text}, name);
    asked.emplace(MentionedName{NamedKind::type, text}, name);
  }
  std::vector<MentionedName> all;
  all.reserve(asked.size());
  for (const auto& [mentioned, name] : asked) all.push_back(mentioned);
  for (const auto& free : d.options.absent(all)) asked.erase(free);
  std::set<Name> told;
  for (const auto& [mentioned, name] : asked) {
    if (told.insert(name).second) d.conflicts.push_back(in_use(name, *needs.at(name)));
  }
}

}  // namespace plinth
