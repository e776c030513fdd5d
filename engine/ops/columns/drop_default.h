#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … DROP DEFAULT.
struct DropDefault {
  static constexpr std::string_view kind = "dropDefault";
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropDefault::schema),
                                            field("table", &DropDefault::table), field("column", &DropDefault::column)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::unblock; }
  std::string id() const { return "dropDefault." + table + "." + column; }
  std::string label() const { return "Drop default on " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const {
    Column& c = require_column(s, on(), column);
    c.fallback.reset();
    c.sequence_options.reset();
  }
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
