#include "engine/ops/constraints/drop_check_constraint.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropCheckConstraint::steps() const {
  const std::string what = "constraint " + q(constraint_name);
  return {{constraint_exists("ensure " + what + " exists", on(), constraint_name)},
          {statement("drop check constraint " + q(constraint_name),
                     Sql("ALTER TABLE {} DROP CONSTRAINT {}", on(), Ident{constraint_name}))},
          {constraint_absent("verify " + what + " does not exist", on(), constraint_name)}};
}

std::vector<js::Doc> DropCheckConstraint::calls(CallContext&) const {
  return js::list(on_table("dropCheckConstraint", on(), named("constraint", constraint_name)));
}

std::vector<Operation> DropCheckConstraint::recognised(const Claim& claim) {
  if (!is_constraint(claim) || claim.prefix != "dropCheckConstraint") return {};
  return {DropCheckConstraint{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<DropCheckConstraint>();

}  // namespace plinth
