#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE TABLE with its columns, primary key and checks.
struct CreateTable {
  static constexpr std::string_view kind = "createTable";
  std::string schema = "public";
  Table definition;  // columns, primary key and checks; the rest are operations of their own
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateTable::schema), field("definition", &CreateTable::definition)};

  struct Thin {
    static constexpr std::string_view kind = "createTable";
    std::string schema = "public", table;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, definition.name}; }
  static CreateTable resolve(const Thin& t, const Schema& destination) {
    return of(t.schema, destination_table(destination, {t.schema, t.table}));
  }
  /// The operation that creates the part of a table that CREATE TABLE itself creates.
  static CreateTable of(const std::string& schema, const Table& table) {
    CreateTable op{schema, {}};
    op.definition.name = table.name;
    op.definition.columns = table.columns;
    op.definition.primary_key = table.primary_key;
    for (const auto& c : table.checks) {
      if (c.implied) op.definition.checks.push_back(c);
    }
    return op;
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_tables; }
  std::string id() const { return "table." + definition.name; }
  std::string label() const { return "Create table " + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "table", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  std::string summary() const { return "Creates table " + q(definition.name); }
  Name on() const { return {schema, definition.name}; }
  Steps steps() const {
    std::vector<Sql> lines;
    const auto add = [&](const Sql& line) { lines.push_back(line); };
    for (const auto& c : definition.columns) add(Sql("  {}", column_sql(c)));
    if (const auto& pk = definition.primary_key) {
      add(pk->named ? Sql("  CONSTRAINT {} {}", Ident{pk->name}, primary_key_sql(*pk))
                    : Sql("  {}", primary_key_sql(*pk)));
    }
    for (const auto& c : definition.checks) add(Sql("  CONSTRAINT {} {}", Ident{c.name}, check_sql(c)));
    const Sql body = lines.empty() ? Sql("()") : Sql("(\n{}\n)", Sql::list(lines, ",\n"));
    const std::string what = "table " + q(definition.name);
    return {{relation_absent("ensure " + what + " does not exist", on())},
            {statement_with_params("create " + what, Sql("CREATE TABLE {} {}", on(), body))},
            {relation_exists("verify " + what + " exists", on())}};
  }
  void apply(Schema& s) const {
    Namespace& n = require_namespace(s, schema);
    if (find_sorted(n.tables, definition.name) != nullptr)
      not_applicable("table " + q(definition.name) + " exists already");
    Table t;
    t.name = definition.name;
    t.columns = definition.columns;
    t.primary_key = definition.primary_key;
    t.checks = definition.checks;
    insert_sorted(n.tables, std::move(t));
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
