#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER POLICY … RENAME TO.
struct RenameRlsPolicy {
  static constexpr std::string_view kind = "renameRlsPolicy";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameRlsPolicy::schema), field("table", &RenameRlsPolicy::table),
                 field("fromName", &RenameRlsPolicy::from_name), field("toName", &RenameRlsPolicy::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "rlsPolicy." + schema + "." + table + "." + from_name + ".rename"; }
  std::string label() const { return "Rename RLS policy " + q(from_name) + " to " + q(to_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rlsPolicy", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {{policy_exists("ensure RLS policy " + q(from_name) + " exists", on(), from_name)},
            {statement_with_params("rename RLS policy " + q(from_name),
                                   Sql("ALTER POLICY {} ON {} RENAME TO {}", Ident{from_name}, on(), Ident{to_name}))},
            {policy_exists("verify RLS policy " + q(to_name) + " exists", on(), to_name)}};
  }
  void apply(Schema& s) const {
    auto& policies = require_table(s, on()).policies;
    Policy renamed = require_node(policies, from_name, on());
    renamed.name = to_name;
    remove_node(policies, from_name, on());
    add_node(policies, renamed, on());
  }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
