#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … UNIQUE.
struct AddUnique {
  static constexpr std::string_view kind = "addUnique";
  std::string schema = "public", table;
  Unique definition;
  static constexpr auto fields = std::tuple{defaulted("schema", &AddUnique::schema), field("table", &AddUnique::table),
                                            field("definition", &AddUnique::definition)};

  struct Thin {
    static constexpr std::string_view kind = "addUnique";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("columns", &Thin::columns)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.columns}; }
  static AddUnique resolve(const Thin& t, const Schema& destination) {
    for (const auto& d : destination_table(destination, {t.schema, t.table}).uniques) {
      if (d.columns == t.columns) return {t.schema, t.table, d};
    }
    unresolved("table " + q(t.table) + " has no such unique constraint in the destination");
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
    return {
        {constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
        {statement("add unique constraint " + q(definition.name),
                   Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name}, unique_sql(definition)))},
        {constraint_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const { add_node(require_table(s, on()).uniques, definition, on()); }
  std::vector<Hazard> hazards() const {
    return {{HazardKind::blocks_writes, "an index is built while writes wait"},
            {HazardKind::may_fail, "fails on duplicates"}};
  }
};

}  // namespace plinth
