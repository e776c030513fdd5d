#include "engine/ops/columns/set_not_null.h"

#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/online_forms.h"

namespace plinth {

Steps SetNotNull::steps() const {
  return {{column_exists("ensure column " + q(column) + " exists", on(), column),
           column_has_no_nulls("ensure no NULL values in " + q(column), on(), column)},
          {statement("set NOT NULL on " + q(column),
                     Sql("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL", on(), Ident{column}))},
          {column_nullable("verify column " + q(column) + " is NOT NULL", on(), column, false)}};
}

Impact SetNotNull::impact(const Schema& before, int) const {
  const Table* t = before.find_table(on());
  if (t != nullptr && proves_not_null(*t, column)) return momentary(on());
  Impact out = reading(on());
  out.fails = "fails when a value is NULL";
  out.safer = "prove it by a CHECK that is added NOT VALID and validated first";
  out.online = true;
  return out;
}

void SetNotNull::online(std::vector<Operation>& out, bool) const {
  Check proof;
  proof.name = default_name(table, {column}, "filled");
  proof.expression = quote_if_needed(column) + " IS NOT NULL";
  validate_later(out, AddCheckConstraint{schema, table, proof, true});
  out.emplace_back(*this);
  out.emplace_back(DropCheckConstraint{schema, table, proof.name});
}

std::vector<js::Doc> SetNotNull::calls(CallContext&) const {
  return js::list(on_table("setNotNull", on(), named("column", column)));
}

std::vector<Operation> SetNotNull::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "alterNullability") return {};
  return {SetNotNull{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<SetNotNull>();

}  // namespace plinth
