#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … SET NOT NULL.
struct SetNotNull {
  static constexpr std::string_view kind = "setNotNull";
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields = std::tuple{defaulted("schema", &SetNotNull::schema),
                                            field("table", &SetNotNull::table), field("column", &SetNotNull::column)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterNullability.setNotNull." + table + "." + column; }
  std::string label() const { return "Set NOT NULL on " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { require_column(s, on(), column).nullable = false; }
  Impact impact(const Schema& before, int) const;

  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_type_change |
                                       no_mentions;
};

}  // namespace plinth
