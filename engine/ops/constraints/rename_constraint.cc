#include "engine/ops/constraints/rename_constraint.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps RenameConstraint::steps() const {
  return {{constraint_exists("ensure constraint " + q(from_name) + " exists", on(), from_name),
           constraint_absent("ensure constraint " + q(to_name) + " does not exist", on(), to_name)},
          {statement("rename constraint " + q(from_name),
                     Sql("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", on(), Ident{from_name}, Ident{to_name}))},
          {constraint_exists("verify constraint " + q(to_name) + " exists", on(), to_name),
           constraint_absent("verify constraint " + q(from_name) + " is gone", on(), from_name)}};
}

void RenameConstraint::apply(Schema& s) const {
  Table& t = require_table(s, on());
  bool taken = t.primary_key && t.primary_key->name == to_name;
  each_constraint_list(t, [&](const auto& list) { taken = taken || find_named(list, to_name) != nullptr; });
  if (taken) not_applicable("constraint " + q(to_name) + " exists already on " + q(table));
  if (t.primary_key && t.primary_key->name == from_name) {
    t.primary_key->name = to_name;
    return;
  }
  bool found = false;
  each_constraint_list(t, [&](auto& list) {
    if (auto* node = find_named(list, from_name); node != nullptr && !found) {
      auto renamed = *node;
      renamed.name = to_name;
      remove_node(list, from_name, on());
      insert_sorted(list, std::move(renamed));
      found = true;
    }
  });
  if (!found) not_applicable("constraint " + q(from_name) + " does not exist on " + q(table));
}

std::vector<TakenName> RenameConstraint::takes(const NameContext& names) const {
  const HeldName* held = names.find(relation_name(schema, from_name));
  const bool is_key = held != nullptr && held->holder == NameHolder::key && held->table == on();
  return is_key ? std::vector{relation_name(schema, to_name)} : std::vector<TakenName>{};
}

// Prisma 8 renames checks; other constraints keep the names that they have.
std::vector<js::Doc> RenameConstraint::calls(CallContext& context) const {
  const ContractTable* t = context.end.era == ContractEra::prisma_8 ? contract_table(context.end, on()) : nullptr;
  const ContractCheck* check = t != nullptr ? find_named(t->checks, to_name) : nullptr;
  if (check == nullptr) return {};
  return js::list(on_table("renameCheckConstraint", on(), named("from", from_name), named("to", to_name)));
}

std::vector<Operation> RenameConstraint::recognised(const Claim& claim) {
  const auto from = claim.is("checkConstraint") ? renamed_in(claim) : std::nullopt;
  if (!from) return {};
  return {RenameConstraint{claim.schema(), claim.table(), *from, claim.name}};
}

FreedName RenameConstraint::frees() { return {NameHolder::key, on(), from_name, &from_name}; }

template const OperationTraits& traits_of<RenameConstraint>();

}  // namespace plinth
