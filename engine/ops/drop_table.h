#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// DROP TABLE, without CASCADE.
struct DropTable {
  static constexpr std::string_view kind = "dropTable";
  std::string schema = "public", table;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropTable::schema), field("table", &DropTable::table)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_tables; }
  std::string id() const { return "dropTable." + table; }
  std::string label() const { return "Drop table " + q(table); }
  std::optional<Target> target() const { return Target{schema, "table", table, {}}; }
  std::vector<std::string> path() const { return {schema, table}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "table " + q(table);
    return {{relation_exists("ensure " + what + " exists", on())},
            {statement("drop " + what, Sql("DROP TABLE {}", on()))},
            {relation_absent("verify " + what + " does not exist", on())}};
  }
  void apply(Schema& s) const {
    const Table& t = require_table(s, on());
    auto& tables = require_namespace(s, schema).tables;
    tables.erase(tables.begin() + (&t - tables.data()));
  }
  Impact impact(const Schema& before, int) const {
    Impact out = momentary(on());
    also_locks_referenced(out, before, on());
    out.loses = "all rows of " + q(table) + " are lost";
    if (out.locks.size() > 1) out.safer = "drop its foreign keys first, in a short transaction of their own";
    return out;
  }
};

}  // namespace plinth
