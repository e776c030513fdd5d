#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … CHECK.
struct AddCheckConstraint {
  static constexpr std::string_view kind = "addCheckConstraint";
  std::string schema = "public", table;
  Check definition;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddCheckConstraint::schema), field("table", &AddCheckConstraint::table),
                 field("definition", &AddCheckConstraint::definition)};

  struct Thin {
    static constexpr std::string_view kind = "addCheckConstraint";
    std::string schema = "public", table, constraint_name;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("constraintName", &Thin::constraint_name)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.name}; }
  static AddCheckConstraint resolve(const Thin& t, const Schema& destination) {
    const Check* c = find_named(destination_table(destination, {t.schema, t.table}).checks, t.constraint_name);
    if (c == nullptr)
      unresolved("table " + q(t.table) + " has no check " + q(t.constraint_name) + " in the destination");
    return {t.schema, t.table, *c};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::checks; }
  std::string id() const { return "checkConstraint." + table + "." + definition.name; }
  std::string label() const {
    return "Add check constraint " + q(definition.name) + " on " + q(table) +
           (definition.membership ? "." + q(definition.membership->column) : "");
  }
  std::optional<Target> target() const { return Target{schema, "checkConstraint", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "constraint " + q(definition.name);
    return {
        {constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
        {statement("add check constraint " + q(definition.name),
                   Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name}, check_sql(definition)))},
        {constraint_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const { add_node(require_table(s, on()).checks, definition, on()); }
  std::vector<Hazard> hazards() const {
    return {{HazardKind::table_scan, "every row of " + q(table) + " is read under an exclusive lock"},
            {HazardKind::may_fail, "fails on rows that violate it"}};
  }
};

}  // namespace plinth
