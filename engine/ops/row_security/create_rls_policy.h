#pragma once
#include "engine/ops/questions.h"

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
  static CreateRlsPolicy resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "rlsPolicy." + schema + "." + table + "." + definition.name; }
  std::string label() const { return "Create RLS policy " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rlsPolicy", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { add_node(require_table(s, on()).policies, definition, on()); }
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  Mentions mentions() const { return mentions_of(definition); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change;
};

}  // namespace plinth
