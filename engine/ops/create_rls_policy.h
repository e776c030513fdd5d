#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE POLICY.
struct CreateRlsPolicy {
  static constexpr std::string_view kind = "createRlsPolicy";
  std::string schema = "public", table;
  Policy definition;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateRlsPolicy::schema), field("table", &CreateRlsPolicy::table),
                 field("definition", &CreateRlsPolicy::definition)};

  struct Thin {
    static constexpr std::string_view kind = "createRlsPolicy";
    std::string schema = "public", table, policy;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("policy", &Thin::policy)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.name}; }
  static CreateRlsPolicy resolve(const Thin& t, const Schema& destination) {
    const Policy* p = find_named(destination_table(destination, {t.schema, t.table}).policies, t.policy);
    if (p == nullptr) unresolved("table " + q(t.table) + " has no policy " + q(t.policy) + " in the destination");
    return {t.schema, t.table, *p};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "rlsPolicy." + schema + "." + table + "." + definition.name; }
  std::string label() const { return "Create RLS policy " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rlsPolicy", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, "3" + definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "RLS policy " + q(definition.name);
    return {{policy_absent("ensure " + what + " does not exist", on(), definition.name)},
            {statement_with_params("create " + what, policy_sql(definition, on()))},
            {policy_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const { add_node(require_table(s, on()).policies, definition, on()); }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
