#pragma once
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// ALTER TABLE … DROP COLUMN, without CASCADE. The server drops indexes and constraints of the table that use the
/// column.
struct DropColumn {
  static constexpr std::string_view kind = "dropColumn";
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropColumn::schema),
                                            field("table", &DropColumn::table), field("column", &DropColumn::column)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_columns; }
  std::string id() const { return "dropColumn." + table + "." + column; }
  std::string label() const { return "Drop column " + q(column) + " from " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "column " + q(column);
    return {{column_exists("ensure " + what + " exists", on(), column)},
            {statement("drop " + what, Sql("ALTER TABLE {} DROP COLUMN {}", on(), Ident{column}))},
            {column_absent("verify " + what + " does not exist", on(), column)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    remove_node(t.columns, column, on());
    drop_dependents(t, column);
  }
  Impact impact(const Schema& before, int) const {
    Impact out = momentary(on());
    also_locks_referenced_by_column(out, before, on(), column);
    const Table* t = before.find_table(on());
    const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
    const bool computed = c != nullptr && c->generated;
    if (!computed) out.loses = "all values of " + q(table) + "." + q(column) + " are lost";
    if (out.locks.size() > 1) out.safer = "drop its foreign keys first, in a short transaction of their own";
    return out;
  }
};

}  // namespace plinth
