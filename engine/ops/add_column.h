#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// What a descriptor changes of the destination's column for the time being.
struct ColumnOverrides {
  std::optional<bool> nullable;
  bool without_default = false;
  static constexpr auto fields = std::tuple{field("nullable", &ColumnOverrides::nullable),
                                            field("withoutDefault", &ColumnOverrides::without_default)};
  bool operator==(const ColumnOverrides&) const = default;
};

/// ALTER TABLE … ADD COLUMN.
struct AddColumn {
  static constexpr std::string_view kind = "addColumn";
  std::string schema = "public", table;
  Column definition;
  bool relaxed = false;      // nullable for the time being: a later operation of the plan tightens it
  bool undefaulted = false;  // without its default for the time being: a later operation sets it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddColumn::schema), field("table", &AddColumn::table),
                 field("definition", &AddColumn::definition), defaulted("relaxed", &AddColumn::relaxed),
                 field("undefaulted", &AddColumn::undefaulted)};

  struct Thin {
    static constexpr std::string_view kind = "addColumn";
    std::string schema = "public", table, column;
    std::optional<ColumnOverrides> overrides;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("column", &Thin::column), field("overrides", &Thin::overrides)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const {
    if (!relaxed && !undefaulted) return {schema, table, definition.name, {}};
    return {schema, table, definition.name, ColumnOverrides{relaxed ? std::optional(true) : std::nullopt, undefaulted}};
  }
  static AddColumn resolve(const Thin& t, const Schema& destination) {
    AddColumn op{t.schema, t.table, {}, false, false};
    op.definition = destination_column(destination, op.on(), t.column);
    if (t.overrides && t.overrides->nullable && *t.overrides->nullable != op.definition.nullable) {
      op.definition.nullable = *t.overrides->nullable;
      op.relaxed = op.definition.nullable;
    }
    if (t.overrides && t.overrides->without_default) {
      op.definition.fallback.reset();
      op.undefaulted = true;
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
  Impact impact(const Schema& before, int) const {
    const bool computed = definition.generated || definition.identity;
    const bool writes = computed || is_volatile(definition.fallback);
    Impact out = writes ? rewriting(before, on()) : momentary(on());
    if (!definition.nullable && !definition.fallback && !computed) {
      out.fails = "fails when " + q(table) + " has rows";
    }
    if (writes) {
      out.safer = computed ? "add a plain column, fill it, then make it what it should be"
                           : "add the column without its default, set the default, then fill the rows";
      out.online = !computed;
    }
    return out;
  }
};

}  // namespace plinth
