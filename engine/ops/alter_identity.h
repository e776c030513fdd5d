#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ADD, SET or DROP of GENERATED … AS IDENTITY.
struct AlterIdentity {
  static constexpr std::string_view kind = "alterIdentity";
  std::string schema = "public", table;
  std::string column;
  std::optional<Identity> from, to;  // absent: no identity
  static constexpr auto fields = std::tuple{
      defaulted("schema", &AlterIdentity::schema), field("table", &AlterIdentity::table),
      field("column", &AlterIdentity::column), field("from", &AlterIdentity::from), field("to", &AlterIdentity::to)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterIdentity." + table + "." + column; }
  std::string label() const { return "Alter identity of " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const Sql mode = to == Identity::always ? Sql("ALWAYS") : Sql("BY DEFAULT");
    const Sql action = !to    ? Sql("DROP IDENTITY IF EXISTS")
                       : from ? Sql("SET GENERATED {}", mode)
                              : Sql("ADD GENERATED {} AS IDENTITY", mode);
    return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("alter identity of " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} {}", on(), Ident{column}, action))},
            {}};
  }
  void apply(Schema& s) const { require_column(s, on(), column).identity = to; }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
