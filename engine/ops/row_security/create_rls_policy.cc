#include "engine/ops/row_security/create_rls_policy.h"

#include "engine/ops/define_operation.h"
#include "engine/sql/ddl.h"

namespace plinth {

CreateRlsPolicy CreateRlsPolicy::resolve(const Thin& t, const Schema& destination) {
  const Policy* p = find_named(destination_table(destination, {t.schema, t.table}).policies, t.policy);
  if (p == nullptr) unresolved("table " + q(t.table) + " has no policy " + q(t.policy) + " in the destination");
  return {t.schema, t.table, *p};
}

Steps CreateRlsPolicy::steps() const {
  const std::string what = "RLS policy " + q(definition.name);
  return {{policy_absent("ensure " + what + " does not exist", on(), definition.name)},
          {statement_with_params("create " + what, policy_sql(definition, on()))},
          {policy_exists("verify " + what + " exists", on(), definition.name)}};
}

namespace {

// As Prisma 8 states a name: chosen by a person, or made of a prefix and the hash of the content.
Members naming(const std::string& name, std::string_view prefix) {
  if (prefix.empty()) return {named("kind", "exact"), named("name", name)};
  return {named("kind", "wire"), named("prefix", prefix), named("hash", name.substr(prefix.size() + 1))};
}

}  // namespace

std::vector<js::Doc> CreateRlsPolicy::calls(CallContext& context) const {
  const Policy& p = definition;
  const std::string_view prefix = hashed_prefix(p.name);
  Members policy;
  if (context.end.era == ContractEra::prisma_8) {
    policy.push_back({"naming", js::data(naming(p.name, prefix))});
  } else {
    policy = {named("name", p.name), named("prefix", prefix.empty() ? p.name : prefix)};
  }
  policy.push_back(named("tableName", table));
  policy.push_back(named("namespaceId", namespace_of(context.end, schema)));
  policy.push_back(named("operation", name_of(p.command)));
  policy.push_back({"roles", js::strings(p.roles)});
  if (p.using_expression) policy.push_back(named("using", p.using_expression->text));
  if (p.check_expression) policy.push_back(named("withCheck", p.check_expression->text));
  policy.push_back({"permissive", js::text(p.permissive ? "true" : "false")});
  return js::list(on_table("createRlsPolicy", on(), js::Property{"policy", js::data(std::move(policy))}));
}

std::vector<Operation> CreateRlsPolicy::recognised(const Claim& claim) {
  if (!claim.is("rlsPolicy")) return {};
  return claim.made_of<CreateRlsPolicy>(&Table::policies);
}

template const OperationTraits& traits_of<CreateRlsPolicy>();

}  // namespace plinth
