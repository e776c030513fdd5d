#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY.
struct AddPrimaryKey {
  static constexpr std::string_view kind = "addPrimaryKey";
  std::string schema = "public", table;
  PrimaryKey definition;
  bool using_index = false;  // of the index of that name, which an earlier operation built
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddPrimaryKey::schema), field("table", &AddPrimaryKey::table),
                 field("definition", &AddPrimaryKey::definition), field("usingIndex", &AddPrimaryKey::using_index)};

  struct Thin {
    static constexpr std::string_view kind = "addPrimaryKey";
    std::string schema = "public", table;
    bool using_index = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("usingIndex", &Thin::using_index)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, using_index}; }
  static AddPrimaryKey resolve(const Thin& t, const Schema& destination) {
    const Table& table = destination_table(destination, {t.schema, t.table});
    if (!table.primary_key) unresolved("table " + q(t.table) + " has no primary key in the destination");
    return {t.schema, t.table, *table.primary_key, t.using_index};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::primary_keys; }
  std::string id() const { return "primaryKey." + table + "." + definition.name; }
  std::string label() const { return "Add primary key on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "primaryKey", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "primary key " + q(definition.name);
    return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
            {statement("add " + what,
                       Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name},
                           using_index ? Sql("PRIMARY KEY {}", using_index_sql(definition.name, definition.deferral))
                                       : primary_key_sql(definition)))},
            {constraint_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (t.primary_key) not_applicable("table " + q(table) + " has a primary key already");
    if (using_index) remove_node(t.indexes, definition.name, on());
    t.primary_key = definition;
    for (const auto& c : definition.columns) require_node(t.columns, c, on()).nullable = false;
  }
  Impact impact(const Schema& before, int) const {
    const Table* t = before.find_table(on());
    const bool filled = std::all_of(definition.columns.begin(), definition.columns.end(), [&](const std::string& c) {
      const Column* found = t != nullptr ? find_named(t->columns, c) : nullptr;
      return found != nullptr && (!found->nullable || proves_not_null(*t, c));
    });
    if (using_index && filled) return momentary(on());
    Impact out = reading(on());
    out.fails = "fails on duplicates and NULLs";
    out.safer = "build the unique index concurrently, then make it the primary key";
    out.online = !using_index;
    return out;
  }
};

}  // namespace plinth
