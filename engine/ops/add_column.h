#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// ALTER TABLE … ADD COLUMN.
struct AddColumn {
  static constexpr std::string_view kind = "addColumn";
  std::string schema = "public", table;
  Column definition;
  bool relaxed = false;  // nullable for the time being: a later operation of the plan tightens it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddColumn::schema), field("table", &AddColumn::table),
                 field("definition", &AddColumn::definition), defaulted("relaxed", &AddColumn::relaxed)};

  /// What a descriptor changes of the destination's column for the time being.
  struct Overrides {
    std::optional<bool> nullable;
    static constexpr auto fields = std::tuple{field("nullable", &Overrides::nullable)};
    bool operator==(const Overrides&) const = default;
  };
  struct Thin {
    static constexpr std::string_view kind = "addColumn";
    std::string schema = "public", table, column;
    std::optional<Overrides> overrides;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("column", &Thin::column), field("overrides", &Thin::overrides)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const {
    return {schema, table, definition.name, relaxed ? std::optional(Overrides{true}) : std::nullopt};
  }
  static AddColumn resolve(const Thin& t, const Schema& destination) {
    AddColumn op{t.schema, t.table, {}, false};
    op.definition = destination_column(destination, op.on(), t.column);
    if (t.overrides && t.overrides->nullable && *t.overrides->nullable != op.definition.nullable) {
      op.definition.nullable = *t.overrides->nullable;
      op.relaxed = op.definition.nullable;
    }
    return op;
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::add_columns; }
  std::string id() const { return "column." + schema + "." + table + "." + definition.name; }
  std::string label() const { return "Add column " + q(definition.name) + " to " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "column " + q(definition.name);
    return {{column_absent("ensure " + what + " is missing", on(), definition.name)},
            {statement("add " + what, Sql("ALTER TABLE {} ADD COLUMN {}", on(), column_sql(definition)))},
            {column_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const {
    auto& columns = require_table(s, on()).columns;
    if (find_named(columns, definition.name) != nullptr) {
      not_applicable("column " + q(definition.name) + " exists already on " + q(table));
    }
    columns.push_back(definition);
  }
  std::vector<Hazard> hazards() const {
    std::vector<Hazard> out;
    if (is_autoincrement(definition.fallback) || definition.generated || definition.identity) {
      out.push_back({HazardKind::table_rewrite, "a value is computed for every row of " + q(table)});
    }
    if (!definition.nullable && !definition.fallback && !definition.generated && !definition.identity) {
      out.push_back({HazardKind::may_fail, "fails when " + q(table) + " has rows"});
    }
    return out;
  }
};

}  // namespace plinth
