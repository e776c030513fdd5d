#include "engine/ops/row_security/enable_row_level_security.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps EnableRowLevelSecurity::steps() const {
  return {
      {row_security_is("check RLS is not already enabled on " + q(table), on(), false)},
      {statement("enable row-level security on " + q(table), Sql("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", on()))},
      {row_security_is("verify row-level security is enabled on " + q(table), on(), true)}};
}

Impact EnableRowLevelSecurity::impact(const Schema&, int) const {
  Impact out = momentary(on());
  out.reveals = "rows that no policy admits become invisible";
  return out;
}

std::vector<js::Doc> EnableRowLevelSecurity::calls(CallContext&) const {
  return js::list(on_table("enableRowLevelSecurity", on()));
}

std::vector<Operation> EnableRowLevelSecurity::recognised(const Claim& claim) {
  if (!claim.is("rowLevelSecurity")) return {};
  return {EnableRowLevelSecurity{claim.schema(), claim.table()}};
}

template const OperationTraits& traits_of<EnableRowLevelSecurity>();

}  // namespace plinth
