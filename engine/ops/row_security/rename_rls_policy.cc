#include "engine/ops/row_security/rename_rls_policy.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps RenameRlsPolicy::steps() const {
  return {{policy_exists("ensure RLS policy " + q(from_name) + " exists", on(), from_name)},
          {statement_with_params("rename RLS policy " + q(from_name),
                                 Sql("ALTER POLICY {} ON {} RENAME TO {}", Ident{from_name}, on(), Ident{to_name}))},
          {policy_exists("verify RLS policy " + q(to_name) + " exists", on(), to_name)}};
}

void RenameRlsPolicy::apply(Schema& s) const {
  auto& policies = require_table(s, on()).policies;
  Policy renamed = require_node(policies, from_name, on());
  renamed.name = to_name;
  remove_node(policies, from_name, on());
  add_node(policies, renamed, on());
}

std::vector<js::Doc> RenameRlsPolicy::calls(CallContext&) const {
  return js::list(on_table("renameRlsPolicy", on(), named("from", from_name), named("to", to_name)));
}

std::vector<Operation> RenameRlsPolicy::recognised(const Claim& claim) {
  if (!claim.is("rlsPolicy")) return {};
  const auto tokens = first_tokens(claim);
  constexpr std::size_t old_name = 2;
  if (tokens.size() <= old_name || tokens.front().text != "alter") return {};
  return {RenameRlsPolicy{claim.schema(), claim.table(), tokens.at(old_name).text, tokens.back().text}};
}

template const OperationTraits& traits_of<RenameRlsPolicy>();

}  // namespace plinth
