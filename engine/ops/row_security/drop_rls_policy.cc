#include "engine/ops/row_security/drop_rls_policy.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropRlsPolicy::steps() const {
  const std::string what = "RLS policy " + q(policy);
  return {{policy_exists("ensure " + what + " exists", on(), policy)},
          {statement_with_params("drop " + what, Sql("DROP POLICY {} ON {}", Ident{policy}, on()))},
          {policy_absent("verify " + what + " is absent", on(), policy)}};
}

Impact DropRlsPolicy::impact(const Schema&, int) const {
  Impact out = momentary(on());
  out.reveals = "rows that only this policy admits become invisible";
  return out;
}

std::vector<js::Doc> DropRlsPolicy::calls(CallContext&) const {
  return js::list(on_table("dropRlsPolicy", on(), named("policy", policy)));
}

std::vector<Operation> DropRlsPolicy::recognised(const Claim& claim) {
  if (!claim.is("rlsPolicy")) return {};
  return {DropRlsPolicy{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<DropRlsPolicy>();

}  // namespace plinth
