#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// The names of the triggers that fill a column, and of their function in the schema of the table. Triggers run in the
/// order of their names: these after those that may change what they read.
struct SyncTriggerNames {
  std::string function, insert, update;
};
SyncTriggerNames sync_trigger_names(const std::string& table, const std::string& column);

/// A check that neither of them is on a table.
Step no_sync_triggers(std::string description, const Name& table, const SyncTriggerNames& names);

/// Triggers that give a column its value in rows that others write, while a transform fills the rows that are there. A
/// row gets the value of an expression over its other columns where it has none; and anew where it has what the
/// expression gave before and what that reads has changed. What writers themselves set stays.
struct CreateSyncTrigger {
  static constexpr std::string_view kind = "createSyncTrigger";
  std::string schema = "public", table, column;
  std::string value;  // an SQL expression over a row of the table
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateSyncTrigger::schema), field("table", &CreateSyncTrigger::table),
                 field("column", &CreateSyncTrigger::column), field("value", &CreateSyncTrigger::value)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::transforms; }
  std::string id() const { return "syncTrigger." + table + "." + column; }
  std::string label() const { return "Fill " + q(table) + "." + q(column) + " in rows that are written"; }
  std::optional<Target> target() const { return Target{schema, "trigger", names().function, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  SyncTriggerNames names() const { return sync_trigger_names(table, column); }
  /// Refuses a value that is not one expression.
  void validate(const JsonPath& at) const;
  Steps steps() const;
  void apply(Schema&) const {}
  Impact impact(const Schema& before, int) const;

  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
