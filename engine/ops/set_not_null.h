#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {{column_exists("ensure column " + q(column) + " exists", on(), column),
             column_has_no_nulls("ensure no NULL values in " + q(column), on(), column)},
            {statement("set NOT NULL on " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL", on(), Ident{column}))},
            {column_nullable("verify column " + q(column) + " is NOT NULL", on(), column, false)}};
  }
  void apply(Schema& s) const { require_column(s, on(), column).nullable = false; }
  Impact impact(const Schema& before, int) const {
    const Table* t = before.find_table(on());
    if (t != nullptr && proves_not_null(*t, column)) return momentary(on());
    Impact out = reading(on());
    out.fails = "fails when a value is NULL";
    out.safer = "prove it by a CHECK that is added NOT VALID and validated first";
    out.online = true;
    return out;
  }
};

}  // namespace plinth
