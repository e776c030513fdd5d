#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("drop default on " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", on(), Ident{column}))},
            {column_without_default("verify column " + q(column) + " has no default", on(), column)}};
  }
  void apply(Schema& s) const { require_column(s, on(), column).fallback.reset(); }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
