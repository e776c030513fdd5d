#include "planner/plan/checks/unmanaged.h"

#include "engine/names.h"
#include "engine/ops/questions.h"
#include "engine/ops/types/rename_type.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

// What a table, or a column of it, is called after the renames that come first.
std::vector<std::string> present_path(std::vector<std::string> path, const std::vector<Operation>& renames) {
  for (const auto& op : renames) {
    const LineageChange change = lineage_change(op);
    if (!change.moved) continue;
    const auto& [from, to] = *change.moved;
    if (path.size() >= from.size() && std::equal(from.begin(), from.end(), path.begin())) {
      std::copy(to.begin(), to.end(), path.begin());
    }
  }
  return path;
}

void note(UnmanagedUses& out, const Name& table, const Table& t, const std::vector<Operation>& renames) {
  for (const auto& fk : t.foreign_keys) {
    const auto path = present_path({fk.referenced_schema, fk.referenced_table}, renames);
    out.references.emplace(Name{path[0], path[1]}, UnmanagedReference{table, &t, &fk});
  }
  for (const auto& c : t.columns) {
    out.users.emplace(element_type(c.type), "column " + q(table.name) + "." + q(c.name));
  }
}

void note_unmanaged(UnmanagedUses& out, const Draft& draft, const std::vector<Operation>& renames) {
  for (const auto& n : draft.options.unmanaged->namespaces) {
    for (const auto& t : n.tables) note(out, {n.name, t.name}, t, renames);
    if (!n.tables.empty()) out.left.emplace(n.name, "table " + q(n.tables.front().name));
    if (!n.enums.empty()) out.left.emplace(n.name, "enum " + q(n.enums.front().name));
  }
}

void note_renamed_types(UnmanagedUses& out, const Draft& draft) {
  for (const auto& p : draft.operations) {
    const auto* renamed = get_if<RenameType>(&p.operation);
    if (renamed == nullptr || draft.actual.find_enum({renamed->schema, renamed->from_name}) == nullptr) continue;
    out.was.emplace(Name{renamed->schema, renamed->to_name}, renamed->from_name);
  }
}

std::vector<Dependent> present_dependents(const Draft& draft, const std::vector<Operation>& renames) {
  std::vector<Dependent> out;
  if (draft.options.dependents != nullptr) out = *draft.options.dependents;
  for (auto& d : out) d.needs.path = present_path(std::move(d.needs.path), renames);
  out.insert(out.end(), draft.lost_views.begin(), draft.lost_views.end());
  return out;
}

// Parts of a table are found with the table.
ObjectId whole(const ObjectId& id) {
  return id.kind == ObjectKind::column ? table_object({id.path[0], id.path[1]}) : id;
}

Conflict harmed(const Operation& op, const std::string& what) {
  return {ConflictKind::unsupported_operation, label(op) + " is impossible: " + what,
          "The database holds objects that the plan leaves alone, because the contract does not name them or cannot.",
          "Change or drop the object by hand before, and make it again afterwards; or take it into the contract.",
          path(op)};
}

Conflict may_change(const Operation& op, const std::string& what) {
  return {ConflictKind::unsupported_operation, label(op) + " is impossible while the view is there: " + what,
          "Detached and made again, the view may mean something else on the new type.",
          "Allow it with dependents: \"recreate\"; or drop the view by hand before, and make it again afterwards.",
          path(op)};
}

Conflict kept_as_it_is(const Operation& op, const std::string& what) {
  Conflict out = may_change(op, what);
  out.why = "dependents: \"refuse\" keeps every view as it is.";
  return out;
}

void check_dependents(Draft& draft, UnmanagedUses& uses, const std::vector<Dependent>& dependents,
                      Conflict (*conflict)(const Operation&, const std::string&)) {
  uses.dependents.clear();
  for (const auto& d : dependents) uses.dependents.emplace(whole(d.needs), &d);
  for (const auto& p : draft.operations) {
    for (const auto& what : harm_by(p.operation, uses)) draft.conflicts.push_back(conflict(p.operation, what));
  }
}

}  // namespace

void check_unmanaged(Draft& draft, const std::vector<Operation>& renames) {
  const std::vector<Dependent> dependents = present_dependents(draft, renames);
  UnmanagedUses uses{draft.actual};
  uses.can_reference = [](const std::string& column, const std::string& key) { return can_reference(column, key); };
  note_renamed_types(uses, draft);
  if (!draft.unlike_views.empty()) {
    const bool refused = draft.options.views_in_the_way == Dependents::refuse;
    check_dependents(draft, uses, draft.unlike_views, refused ? kept_as_it_is : may_change);
  }
  if (draft.options.unmanaged == nullptr && dependents.empty()) return;
  if (draft.options.unmanaged != nullptr) note_unmanaged(uses, draft, renames);
  check_dependents(draft, uses, dependents, harmed);
}

}  // namespace plinth
