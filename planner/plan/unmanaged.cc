#include "planner/plan/unmanaged.h"

#include "engine/names.h"
#include "engine/ops/questions.h"
#include "engine/ops/types/rename_type.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

void note(UnmanagedUses& out, const Name& table, const Table& t) {
  for (const auto& fk : t.foreign_keys) out.references.emplace(fk.references(), UnmanagedReference{table, &t, &fk});
  for (const auto& c : t.columns) {
    out.users.emplace(element_type(c.type), "column " + q(table.name) + "." + q(c.name));
  }
}

UnmanagedUses uses_of(const Draft& draft) {
  UnmanagedUses out{draft.actual};
  out.can_reference = [](const std::string& column, const std::string& key) { return can_reference(column, key); };
  for (const auto& n : draft.options.unmanaged->namespaces) {
    for (const auto& t : n.tables) note(out, {n.name, t.name}, t);
    if (!n.tables.empty()) out.left.emplace(n.name, "table " + q(n.tables.front().name));
    if (!n.enums.empty()) out.left.emplace(n.name, "enum " + q(n.enums.front().name));
  }
  for (const auto& p : draft.operations) {
    const auto* renamed = get_if<RenameType>(&p.operation);
    if (renamed == nullptr || draft.actual.find_enum({renamed->schema, renamed->from_name}) == nullptr) continue;
    out.was.emplace(Name{renamed->schema, renamed->to_name}, renamed->from_name);
  }
  return out;
}

Conflict harmed(const Operation& op, const std::string& what) {
  return {ConflictKind::unsupported_operation, label(op) + " is impossible: " + what,
          "The database holds objects that the contract does not name, and the plan leaves them alone.",
          "Take the object into the contract; or change it by hand, or drop it, before.", path(op)};
}

}  // namespace

void check_unmanaged(Draft& draft) {
  if (draft.options.unmanaged == nullptr) return;
  UnmanagedUses uses = uses_of(draft);
  for (const auto& p : draft.operations) {
    for (const auto& what : harm_by(p.operation, uses)) draft.conflicts.push_back(harmed(p.operation, what));
  }
}

}  // namespace plinth
