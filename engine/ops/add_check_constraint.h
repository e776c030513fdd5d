#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … CHECK.
struct AddCheckConstraint {
  static constexpr std::string_view kind = "addCheckConstraint";
  std::string schema = "public", table;
  Check definition;
  bool passing = false;  // the check is not the destination's own: a descriptor must say it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddCheckConstraint::schema), field("table", &AddCheckConstraint::table),
                 field("definition", &AddCheckConstraint::definition), field("passing", &AddCheckConstraint::passing)};

  struct Thin {
    static constexpr std::string_view kind = "addCheckConstraint";
    std::string schema = "public", table;
    std::optional<std::string> constraint_name;
    bool not_valid = false;  // for the time being: a later operation validates it
    std::optional<Check> definition;
    bool passing = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema),
                                              field("table", &Thin::table),
                                              field("constraintName", &Thin::constraint_name),
                                              field("notValid", &Thin::not_valid),
                                              field("definition", &Thin::definition),
                                              field("passing", &Thin::passing)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const {
    if (passing) return {schema, table, {}, false, definition, true};
    return {schema, table, definition.name, definition.not_valid, {}, false};
  }
  static AddCheckConstraint resolve(const Thin& t, const Schema& destination) {
    const std::string name = t.constraint_name.value_or("");
    const Check* c = find_named(destination_table(destination, {t.schema, t.table}).checks, name);
    if (c == nullptr) unresolved("table " + q(t.table) + " has no check " + q(name) + " in the destination");
    AddCheckConstraint out{t.schema, t.table, *c, false};
    out.definition.not_valid = c->not_valid || t.not_valid;
    return out;
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
  Impact impact(const Schema&, int) const {
    if (definition.not_valid) return momentary(on());
    Impact out = reading(on());
    out.fails = "fails on rows that violate it";
    out.safer = "add it NOT VALID, then validate it in a transaction of its own";
    out.online = true;
    return out;
  }
};

}  // namespace plinth
