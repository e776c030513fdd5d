#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"
#include "engine/type_name.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … TYPE … USING.
struct AlterColumnType {
  static constexpr std::string_view kind = "alterColumnType";
  std::string schema = "public", table;
  std::string column;
  std::string type;                             // the new type, in the one spelling
  std::optional<std::string> using_expression;  // absent: a cast to the new type
  std::optional<std::string> collation;         // absent: the type's own
  bool rewrites = true;                         // whether the rows are written anew
  bool passing = false;                         // the type is not the destination's own: a descriptor must name it
  bool recollates = false;                      // whether the collation changes
  bool generated = false;                       // the server computes the values, and takes no USING
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AlterColumnType::schema),      field("table", &AlterColumnType::table),
                 field("column", &AlterColumnType::column),          field("type", &AlterColumnType::type),
                 field("using", &AlterColumnType::using_expression), field("collation", &AlterColumnType::collation),
                 defaulted("rewrites", &AlterColumnType::rewrites),  defaulted("passing", &AlterColumnType::passing),
                 field("recollates", &AlterColumnType::recollates),  field("generated", &AlterColumnType::generated)};

  struct Thin {
    static constexpr std::string_view kind = "alterColumnType";
    std::string schema = "public", table, column;
    std::optional<std::string> to_type, using_expression;
    bool rewrites = true, recollates = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema),      field("table", &Thin::table),
                   field("column", &Thin::column),          field("toType", &Thin::to_type),
                   field("using", &Thin::using_expression), defaulted("rewrites", &Thin::rewrites),
                   field("recollates", &Thin::recollates)};
  };
  static constexpr std::string_view full_key = "type";
  Thin thin() const {
    return {schema,           table,    column,    passing ? std::optional(type) : std::nullopt,
            using_expression, rewrites, recollates};
  }
  static AlterColumnType resolve(const Thin& t, const Schema& destination) {
    if (t.to_type) {
      const std::string type = normalize_type(*t.to_type);
      return {t.schema, t.table, t.column, type, t.using_expression, {}, t.rewrites, true, t.recollates, false};
    }
    const Column& c = destination_column(destination, {t.schema, t.table}, t.column);
    return {t.schema,    t.table,    t.column, c.type,       t.using_expression,
            c.collation, t.rewrites, false,    t.recollates, c.generated.has_value()};
  }

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::alter_types; }
  std::string id() const { return "alterType." + table + "." + column; }
  std::string label() const { return "Alter type of " + q(table) + "." + q(column) + " to " + type; }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  std::optional<JsonText> meta() const {
    return rewrites ? std::optional(JsonText{R"({"warning":"TABLE_REWRITE"})"}) : std::nullopt;
  }
  Steps steps() const {
    const Sql value = using_expression ? Sql::trusted(*using_expression) : Sql("{}::{}", Ident{column}, type_sql(type));
    const Sql conversion = generated ? Sql("") : Sql(" USING {}", value);
    const std::string printed = format_type_text(type);
    const std::string verify = "verify column " + q(column) + " has type " + q(printed);
    Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)},
              {statement("alter type of " + q(column),
                         Sql("ALTER TABLE {} ALTER COLUMN {} TYPE {}{}{}", on(), Ident{column}, type_sql(type),
                             collation ? Sql(" COLLATE {}", Sql::trusted(*collation)) : Sql(""), conversion))},
              {user_type(type) ? column_user_type_is(verify, on(), column, type)
                               : column_type_is(verify, on(), column, printed)}};
    // The type alone may be right already.
    if (recollates) {
      out.postcheck.push_back(
          column_collation_is("verify column " + q(column) + " has collation " + collation.value_or("of its type"),
                              on(), column, collation));
    }
    return out;
  }
  void apply(Schema& s) const {
    Column& c = require_column(s, on(), column);
    c.type = type;
    c.collation = collation;
  }
  Impact impact(const Schema& before, int) const {
    const Table* t = before.find_table(on());
    const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
    const bool same_type = c != nullptr && c->type == type && !using_expression;
    Impact out = retyping(before, on(), column, rewrites && !same_type, recollates);
    if (rewrites && !same_type) {
      out.fails = "fails when a value does not fit the new type";
      out.safer = "a new column, filled in portions, that takes the place of the old one";
    }
    return out;
  }
};

}  // namespace plinth
