#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// Takes the triggers of `createSyncTrigger` away again: the column is filled, and tightened.
struct DropSyncTrigger {
  static constexpr std::string_view kind = "dropSyncTrigger";
  std::string schema = "public", table, column;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropSyncTrigger::schema), field("table", &DropSyncTrigger::table),
                 field("column", &DropSyncTrigger::column)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "dropSyncTrigger." + table + "." + column; }
  std::string label() const { return "No longer fill " + q(table) + "." + q(column) + " in rows that are written"; }
  std::optional<Target> target() const;
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema&) const {}
  Impact impact(const Schema&, int) const { return momentary(on()); }

  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
