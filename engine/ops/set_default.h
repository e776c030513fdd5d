#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"
#include "engine/type_name.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … SET DEFAULT. Without a postcheck: another default standing there would satisfy it.
struct SetDefault {
  static constexpr std::string_view kind = "setDefault";
  std::string schema = "public", table;
  std::string column;
  Default definition;
  std::string type;       // of the column, for the spelling of the value
  bool replaces = false;  // whether another default stands there before
  static constexpr auto fields =
      std::tuple{defaulted("schema", &SetDefault::schema), field("table", &SetDefault::table),
                 field("column", &SetDefault::column),     field("definition", &SetDefault::definition),
                 field("type", &SetDefault::type),         field("replaces", &SetDefault::replaces)};

  struct Thin {
    static constexpr std::string_view kind = "setDefault";
    std::string schema = "public", table, column;
    bool replaces = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("column", &Thin::column), field("replaces", &Thin::replaces)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, column, replaces}; }
  static SetDefault resolve(const Thin& t, const Schema& destination) {
    const Column& c = destination_column(destination, {t.schema, t.table}, t.column);
    if (!c.fallback) unresolved("column " + q(t.table) + "." + q(t.column) + " has no default in the destination");
    return {t.schema, t.table, t.column, *c.fallback, c.type, t.replaces};
  }

  OperationClass operation_class() const { return replaces ? OperationClass::widening : OperationClass::additive; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "setDefault." + table + "." + column; }
  std::string label() const { return "Set default on " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)}, {}, {}};
    if (is_autoincrement(definition)) {
      number_on(out);
    } else {
      out.execute.push_back(setting(default_sql(definition, type, is_json_type(type))));
    }
    return out;
  }
  Step setting(const Sql& value) const {
    return statement("set default on " + q(column),
                     Sql("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}", on(), Ident{column}, value));
  }
  /// The sequence continues behind the greatest value that the column holds.
  void number_on(Steps& out) const {
    const Name name{schema, default_name(table, {column}, "seq")};
    const std::string what = "sequence " + q(name.name);
    const Sql text("{}", Literal{Sql("{}", name).text()});
    out.precheck.push_back(sequence_free_or_owned(
        "ensure the name of " + what + " is free, or that column " + q(column) + " owns it", name, on(), column));
    out.precheck.push_back(check(
        "ensure column " + q(column) + " leaves " + what + " a number of type " + type,
        Sql(R"(SELECT COALESCE(MAX({}), 0) < {} AS "result" FROM {})", Ident{column}, greatest_integer(type), on()),
        {}));
    out.execute.push_back(
        statement("create " + what, Sql("CREATE SEQUENCE IF NOT EXISTS {} OWNED BY {}.{}", name, on(), Ident{column})));
    // setval outlives a rollback, except on a sequence that was restarted in the same transaction.
    out.execute.push_back(statement("restart " + what, Sql("ALTER SEQUENCE {} RESTART", name)));
    out.execute.push_back(statement(
        "advance " + what,
        Sql("SELECT setval({}, (SELECT GREATEST(MAX({})::int8, 0) + 1 FROM {}), false)", text, Ident{column}, on())));
    out.execute.push_back(setting(Sql("nextval({})", text)));
  }
  void apply(Schema& s) const { require_column(s, on(), column).fallback = definition; }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
