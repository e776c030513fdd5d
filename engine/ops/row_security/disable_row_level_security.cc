#include "engine/ops/row_security/disable_row_level_security.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DisableRowLevelSecurity::steps() const {
  return {{row_security_is("check RLS is currently enabled on " + q(table), on(), true)},
          {statement_with_params("disable row-level security on " + q(table),
                                 Sql("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", on()))},
          {row_security_is("verify row-level security is disabled on " + q(table), on(), false)}};
}

Impact DisableRowLevelSecurity::impact(const Schema&, int) const {
  Impact out = momentary(on());
  out.reveals = "rows that policies hid become visible to everybody with the table's privileges";
  return out;
}

std::vector<Operation> DisableRowLevelSecurity::recognised(const Claim& claim) {
  if (!claim.is("rowLevelSecurity")) return {};
  return {DisableRowLevelSecurity{claim.schema(), claim.table()}};
}

std::vector<js::Doc> DisableRowLevelSecurity::calls(CallContext&) const {
  return js::list(on_table("disableRowLevelSecurity", on()));
}

template const OperationTraits& traits_of<DisableRowLevelSecurity>();

}  // namespace plinth
