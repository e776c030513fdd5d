#include "engine/ops/columns/drop_default.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropDefault::steps() const {
  return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
          {statement("drop default on " + q(column),
                     Sql("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", on(), Ident{column}))},
          {column_without_default("verify column " + q(column) + " has no default", on(), column)}};
}

std::vector<js::Doc> DropDefault::calls(CallContext&) const {
  return js::list(on_table("dropDefault", on(), named("column", column)));
}

std::vector<Operation> DropDefault::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "dropDefault") return {};
  return {DropDefault{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<DropDefault>();

}  // namespace plinth
