#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … DROP EXPRESSION: a generated column becomes an ordinary one, and keeps its values. The
/// server knows it from 13 on.
struct DropExpression {
  static constexpr std::string_view kind = "dropExpression";
  static constexpr int since_server_version = 13;
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropExpression::schema), field("table", &DropExpression::table),
                 field("column", &DropExpression::column)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::loosen; }
  std::string id() const { return "dropExpression." + table + "." + column; }
  std::string label() const { return "Make " + q(table) + "." + q(column) + " an ordinary column"; }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { require_column(s, on(), column).generated.reset(); }
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<js::Doc> calls(CallContext&) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
