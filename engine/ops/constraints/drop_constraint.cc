#include "engine/ops/constraints/drop_constraint.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"

namespace plinth {

Steps DropConstraint::steps() const {
  const std::string what = "constraint " + q(constraint_name);
  return {{constraint_exists("ensure " + what + " exists", on(), constraint_name)},
          {statement("drop constraint " + q(constraint_name),
                     Sql("ALTER TABLE {} DROP CONSTRAINT {}", on(), Ident{constraint_name}))},
          {constraint_absent("verify " + what + " does not exist", on(), constraint_name)}};
}

void DropConstraint::apply(Schema& s) const {
  Table& t = require_table(s, on());
  if (t.primary_key && t.primary_key->name == constraint_name) {
    t.primary_key.reset();
  } else if (find_named(t.uniques, constraint_name) != nullptr) {
    remove_node(t.uniques, constraint_name, on());
  } else {
    remove_node(t.foreign_keys, constraint_name, on());
  }
}

Impact DropConstraint::impact(const Schema& before, int) const {
  Impact out = momentary(on());
  also_locks_referenced_by_key(out, before, on(), constraint_name);
  if (out.locks.size() > 1) out.safer = "a short transaction of its own, with a lock timeout";
  return out;
}

void DropConstraint::announce(LinkContext& context) const { context.cut.insert({schema, table, constraint_name}); }

void DropConstraint::link(const LinkContext& context, Links& links) const {
  const Table* t = context.before(on());
  if (context.actual.find_table(on()) == nullptr) links.needs = {table_object(on())};
  if (t == nullptr) return;
  if (const auto* fk = find_named(t->foreign_keys, constraint_name)) {
    const Name to = context.now(fk->references());
    links.releases = {key_object(to, fk->referenced_columns), rows_object(to)};
  } else if (const auto* u = find_named(t->uniques, constraint_name)) {
    links.ends = {key_object(on(), u->columns)};
  } else if (t->primary_key && t->primary_key->name == constraint_name) {
    links.ends = {key_object(on(), t->primary_key->columns)};
  }
}

void DropConstraint::disturbs(UnmanagedUses& uses) const {
  uses.drop_constraint(on(), constraint_name);
  const Table* t = uses.actual.find_table(on());
  if (t == nullptr) return;
  const auto* u = find_named(t->uniques, constraint_name);
  if (u != nullptr && !is_primary_key(*t, u->columns)) uses.leave_key(on(), u->columns);
  if (t->primary_key && t->primary_key->name == constraint_name) uses.leave_key(on(), t->primary_key->columns);
}

std::vector<js::Doc> DropConstraint::calls(CallContext&) const {
  Members members = {named("schema", schema), named("table", table), named("constraint", constraint_name)};
  if (object_type != DropConstraint{}.object_type) members.push_back(named("kind", object_type));
  return js::list(method("dropConstraint", std::move(members)));
}

FreedName DropConstraint::frees() { return {NameHolder::key, on(), constraint_name, &constraint_name, &table}; }

std::vector<Operation> DropConstraint::recognised(const Claim& claim) {
  if (!is_constraint(claim) || claim.prefix != "dropConstraint") return {};
  return {DropConstraint{claim.schema(), claim.table(), claim.name, claim.target->object_type}};
}

template const OperationTraits& traits_of<DropConstraint>();

}  // namespace plinth
