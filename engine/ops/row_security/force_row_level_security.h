#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … [NO] FORCE ROW LEVEL SECURITY: whether the owner obeys too.
struct ForceRowLevelSecurity {
  static constexpr std::string_view kind = "forceRowLevelSecurity";
  std::string schema = "public", table;
  bool force = true;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &ForceRowLevelSecurity::schema), field("table", &ForceRowLevelSecurity::table),
                 defaulted("force", &ForceRowLevelSecurity::force)};

  OperationClass operation_class() const { return force ? OperationClass::additive : OperationClass::destructive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "forceRowLevelSecurity." + schema + "." + table; }
  std::string label() const;
  std::optional<Target> target() const { return Target{schema, "rowLevelSecurity", table, {}}; }
  std::vector<std::string> path() const { return {schema, table}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { require_table(s, on()).force_row_security = force; }
  Impact impact(const Schema&, int) const { return momentary(on()); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
