#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// DROP POLICY.
struct DropRlsPolicy {
  static constexpr std::string_view kind = "dropRlsPolicy";
  std::string schema = "public", table;
  std::string policy;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropRlsPolicy::schema), field("table", &DropRlsPolicy::table),
                 field("policy", &DropRlsPolicy::policy)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::unblock; }
  std::string id() const { return "rlsPolicy." + schema + "." + table + "." + policy + ".drop"; }
  std::string label() const { return "Drop RLS policy " + q(policy) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rlsPolicy", policy, table}; }
  std::vector<std::string> path() const { return {schema, table, policy}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "RLS policy " + q(policy);
    return {{policy_exists("ensure " + what + " exists", on(), policy)},
            {statement_with_params("drop " + what, Sql("DROP POLICY {} ON {}", Ident{policy}, on()))},
            {policy_absent("verify " + what + " is absent", on(), policy)}};
  }
  void apply(Schema& s) const { remove_node(require_table(s, on()).policies, policy, on()); }
  Impact impact(const Schema&, int) const {
    Impact out = momentary(on());
    out.reveals = "rows that only this policy admits become invisible";
    return out;
  }
};

}  // namespace plinth
