#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("drop NOT NULL on " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL", on(), Ident{column}))},
            {column_nullable("verify column " + q(column) + " is nullable", on(), column, true)}};
  }
  void apply(Schema& s) const { require_column(s, on(), column).nullable = true; }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
