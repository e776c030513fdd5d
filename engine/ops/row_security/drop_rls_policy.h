#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const { remove_node(require_table(s, on()).policies, policy, on()); }
  Impact impact(const Schema&, int) const;

  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
