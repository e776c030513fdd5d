#include "engine/ops/columns/drop_not_null.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropNotNull::steps() const {
  return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
          {statement("drop NOT NULL on " + q(column),
                     Sql("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL", on(), Ident{column}))},
          {column_nullable("verify column " + q(column) + " is nullable", on(), column, true)}};
}

std::vector<Operation> DropNotNull::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "alterNullability") return {};
  return {DropNotNull{claim.schema(), claim.table(), claim.name}};
}

std::vector<js::Doc> DropNotNull::calls(CallContext&) const {
  return js::list(on_table("dropNotNull", on(), named("column", column)));
}

template const OperationTraits& traits_of<DropNotNull>();

}  // namespace plinth
