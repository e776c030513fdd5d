#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … UNIQUE.
struct AddUnique {
  static constexpr std::string_view kind = "addUnique";
  std::string schema = "public", table;
  Unique definition;
  bool using_index = false;  // of the index of that name, which an earlier operation built
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddUnique::schema), field("table", &AddUnique::table),
                 field("definition", &AddUnique::definition), field("usingIndex", &AddUnique::using_index)};

  struct Thin {
    static constexpr std::string_view kind = "addUnique";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> constraint_name;
    bool using_index = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("columns", &Thin::columns),
                   field("constraintName", &Thin::constraint_name), field("usingIndex", &Thin::using_index)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.columns, stated_name(definition), using_index}; }
  static AddUnique resolve(const Thin& t, const Schema& destination) {
    const Unique* found = find_described(destination_table(destination, {t.schema, t.table}).uniques, t.constraint_name,
                                         [&](const Unique& u) { return u.columns == t.columns; });
    if (found == nullptr) unresolved("table " + q(t.table) + " has no such unique constraint in the destination");
    return {t.schema, t.table, *found, t.using_index};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::uniques; }
  std::string id() const { return "unique." + table + "." + definition.name; }
  std::string label() const { return "Add unique constraint on " + q(table) + " (" + joined() + ")"; }
  std::optional<Target> target() const { return Target{schema, "unique", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  std::string joined() const {
    std::string out;
    for (const auto& c : definition.columns) out += (out.empty() ? "" : ", ") + c;
    return out;
  }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "constraint " + q(definition.name);
    return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
            {statement("add unique constraint " + q(definition.name),
                       Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name},
                           using_index ? Sql("UNIQUE {}", using_index_sql(definition.name, definition.deferral))
                                       : unique_sql(definition)))},
            {constraint_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (using_index) remove_node(t.indexes, definition.name, on());
    add_node(t.uniques, definition, on());
  }
  Impact impact(const Schema&, int server_version) const {
    if (using_index) return momentary(on());
    Impact out = reading(on());
    out.fails = refusal_of_duplicates(definition.nulls_not_distinct, server_version);
    out.safer = "build the unique index concurrently, then make it the constraint";
    out.online = true;
    return out;
  }
};

}  // namespace plinth
