#include "engine/ops/constraints/add_check_constraint.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/online_forms.h"
#include "engine/sql/ddl.h"

namespace plinth {

AddCheckConstraint::Thin AddCheckConstraint::thin() const {
  if (temporary) return {schema, table, {}, false, definition, true};
  return {schema, table, definition.name, definition.not_valid, {}, false};
}

AddCheckConstraint AddCheckConstraint::resolve(const Thin& t, const Schema& destination) {
  const std::string name = t.constraint_name.value_or("");
  const Check* c = find_named(destination_table(destination, {t.schema, t.table}).checks, name);
  if (c == nullptr) unresolved("table " + q(t.table) + " has no check " + q(name) + " in the destination");
  AddCheckConstraint out{t.schema, t.table, *c, false};
  out.definition.not_valid = c->not_valid || t.not_valid;
  return out;
}

std::string AddCheckConstraint::label() const {
  return "Add check constraint " + q(definition.name) + " on " + q(table) +
         (definition.membership ? "." + q(definition.membership->column) : "");
}

Steps AddCheckConstraint::steps() const {
  const std::string what = "constraint " + q(definition.name);
  return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
          {statement("add check constraint " + q(definition.name),
                     Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name}, check_sql(definition)))},
          {constraint_exists("verify " + what + " exists", on(), definition.name)}};
}

Impact AddCheckConstraint::impact(const Schema&, int) const {
  if (definition.not_valid) return momentary(on());
  Impact out = reading(on());
  out.fails = "fails on rows that violate it";
  out.safer = "add it NOT VALID, then validate it in a transaction of its own";
  out.online = true;
  return out;
}

void AddCheckConstraint::online(std::vector<Operation>& out, bool) const { validate_later(out, *this); }

std::vector<js::Doc> AddCheckConstraint::calls(CallContext& context) const {
  const Check& c = definition;
  if (c.no_inherit || c.not_valid) return {};
  if (context.end.era == ContractEra::prisma_8) {
    return js::list(on_table("addCheckConstraint", on(), named("constraint", c.name),
                             named("expression", check_condition(c).text())));
  }
  if (!c.membership) return {};
  return js::list(on_table("addCheckConstraint", on(), named("constraint", c.name),
                           named("column", c.membership->column),
                           js::Property{"values", js::strings(c.membership->values)}));
}

std::vector<Operation> AddCheckConstraint::recognised(const Claim& claim) {
  if (!(is_constraint(claim) && claim.prefix == "checkConstraint")) return {};
  return claim.made_of<AddCheckConstraint>(&Table::checks);
}

template const OperationTraits& traits_of<AddCheckConstraint>();

}  // namespace plinth
