#include "engine/ops/columns/drop_expression.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropExpression::steps() const {
  return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
          {statement("drop the expression of " + q(column),
                     Sql("ALTER TABLE {} ALTER COLUMN {} DROP EXPRESSION", on(), Ident{column}))},
          {column_not_generated("verify column " + q(column) + " is not generated", on(), column)}};
}

std::vector<js::Doc> DropExpression::calls(CallContext&) const {
  return js::list(on_table("dropExpression", on(), named("column", column)));
}

template const OperationTraits& traits_of<DropExpression>();

}  // namespace plinth
