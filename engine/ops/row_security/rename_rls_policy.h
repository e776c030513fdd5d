#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
