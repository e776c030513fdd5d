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
  bool rewrites = true;                         // whether the rows are written anew
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AlterColumnType::schema),      field("table", &AlterColumnType::table),
                 field("column", &AlterColumnType::column),          field("type", &AlterColumnType::type),
                 field("using", &AlterColumnType::using_expression), defaulted("rewrites", &AlterColumnType::rewrites)};

  struct Thin {
    static constexpr std::string_view kind = "alterColumnType";
    std::string schema = "public", table, column;
    std::optional<std::string> to_type, using_expression;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("column", &Thin::column),
                   field("toType", &Thin::to_type), field("using", &Thin::using_expression)};
  };
  static constexpr std::string_view full_key = "type";
  Thin thin() const { return {schema, table, column, {}, using_expression}; }
  static AlterColumnType resolve(const Thin& t, const Schema& destination) {
    const std::string type =
        t.to_type ? normalize_type(*t.to_type) : destination_column(destination, {t.schema, t.table}, t.column).type;
    return {t.schema, t.table, t.column, type, t.using_expression, true};
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
    const std::string printed = format_type_text(type);
    const std::string verify = "verify column " + q(column) + " has type " + q(printed);
    return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("alter type of " + q(column), Sql("ALTER TABLE {} ALTER COLUMN {} TYPE {} USING {}", on(),
                                                         Ident{column}, type_sql(type), value))},
            {user_type(type) ? column_user_type_is(verify, on(), column, type)
                             : column_type_is(verify, on(), column, printed)}};
  }
  void apply(Schema& s) const { require_column(s, on(), column).type = type; }
  std::vector<Hazard> hazards() const {
    std::vector<Hazard> out;
    if (rewrites) {
      out.push_back(
          {HazardKind::table_rewrite, "every row of " + q(table) + " is written anew under an exclusive lock"});
      out.push_back({HazardKind::may_fail, "fails when a value does not fit the new type"});
    }
    return out;
  }
};

}  // namespace plinth
