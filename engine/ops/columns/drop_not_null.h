#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … DROP NOT NULL.
struct DropNotNull {
  static constexpr std::string_view kind = "dropNotNull";
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropNotNull::schema),
                                            field("table", &DropNotNull::table), field("column", &DropNotNull::column)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::loosen; }
  std::string id() const { return "alterNullability.dropNotNull." + table + "." + column; }
  std::string label() const { return "Drop NOT NULL on " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { require_column(s, on(), column).nullable = true; }
  Impact impact(const Schema&, int) const { return momentary(on()); }

  static std::vector<Operation> recognised(const Claim& claim);
  std::vector<js::Doc> calls(CallContext&) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
