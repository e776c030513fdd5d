#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY.
struct AddForeignKey {
  static constexpr std::string_view kind = "addForeignKey";
  std::string schema = "public", table;
  ForeignKey definition;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddForeignKey::schema), field("table", &AddForeignKey::table),
                 field("definition", &AddForeignKey::definition)};

  struct Thin {
    static constexpr std::string_view kind = "addForeignKey";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> constraint_name;
    bool not_valid = false;  // for the time being: a later operation validates it
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("columns", &Thin::columns),
                   field("constraintName", &Thin::constraint_name), field("notValid", &Thin::not_valid)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.columns, stated_name(definition), definition.not_valid}; }
  static AddForeignKey resolve(const Thin& t, const Schema& destination) {
    const ForeignKey* found =
        find_described(destination_table(destination, {t.schema, t.table}).foreign_keys, t.constraint_name,
                       [&](const ForeignKey& k) { return k.columns == t.columns; });
    if (found == nullptr) unresolved("table " + q(t.table) + " has no such foreign key in the destination");
    AddForeignKey out{t.schema, t.table, *found};
    out.definition.not_valid = found->not_valid || t.not_valid;
    return out;
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::foreign_keys; }
  std::string id() const { return "foreignKey." + table + "." + definition.name; }
  std::string label() const { return "Add foreign key " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "foreignKey", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "FK " + q(definition.name);
    return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
            {statement("add FK " + q(definition.name), Sql("ALTER TABLE {}\nADD CONSTRAINT {}\n{}", on(),
                                                           Ident{definition.name}, foreign_key_sql(definition)))},
            {constraint_exists("verify " + what + " exists", on(), definition.name)}};
  }
  void apply(Schema& s) const { add_node(require_table(s, on()).foreign_keys, definition, on()); }
  Impact impact(const Schema&, int) const {
    const LockLevel level = LockLevel::share_row_exclusive;
    Impact out = definition.not_valid ? momentary(on(), level) : reading(on(), level);
    also_locks(out, definition.references(), level);
    if (definition.not_valid) return out;
    also_reads(out, definition.references());
    out.fails = "fails on rows without a match";
    out.safer = "add it NOT VALID, then validate it in a transaction of its own";
    out.online = true;
    return out;
  }
};

}  // namespace plinth
