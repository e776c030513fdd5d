#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … DISABLE ROW LEVEL SECURITY.
struct DisableRowLevelSecurity {
  static constexpr std::string_view kind = "disableRowLevelSecurity";
  std::string schema = "public", table;
  static constexpr auto fields = std::tuple{defaulted("schema", &DisableRowLevelSecurity::schema),
                                            field("table", &DisableRowLevelSecurity::table)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "rowLevelSecurity." + schema + "." + table + ".disable"; }
  std::string label() const { return "Disable row-level security on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rowLevelSecurity", table, {}}; }
  std::vector<std::string> path() const { return {schema, table}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { require_table(s, on()).row_security = false; }
  Impact impact(const Schema&, int) const;

  static std::vector<Operation> recognised(const Claim& claim);
  std::vector<js::Doc> calls(CallContext&) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
