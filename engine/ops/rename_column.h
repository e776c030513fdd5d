#pragma once
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// ALTER TABLE … RENAME COLUMN; values, indexes and constraints stay.
struct RenameColumn {
  static constexpr std::string_view kind = "renameColumn";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameColumn::schema), field("table", &RenameColumn::table),
                 field("fromName", &RenameColumn::from_name), field("toName", &RenameColumn::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameColumn." + table + "." + from_name; }
  std::string label() const { return "Rename column " + q(from_name) + " to " + q(to_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {{column_exists("ensure column " + q(from_name) + " exists", on(), from_name),
             column_absent("ensure column " + q(to_name) + " does not exist", on(), to_name)},
            {statement("rename column " + q(from_name),
                       Sql("ALTER TABLE {} RENAME COLUMN {} TO {}", on(), Ident{from_name}, Ident{to_name}))},
            {column_exists("verify column " + q(to_name) + " exists", on(), to_name),
             column_absent("verify column " + q(from_name) + " is gone", on(), from_name)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (find_named(t.columns, to_name) != nullptr)
      not_applicable("column " + q(to_name) + " exists already on " + q(table));
    require_node(t.columns, from_name, on()).name = to_name;
    rename_column_uses(s, t, schema, from_name, to_name);
  }
  Impact impact(const Schema&, int) const {
    Impact out = momentary(on());
    out.breaks = "queries that use the old name fail from now on";
    out.safer = "keep the name in the database, and map it in the contract";
    return out;
  }
};

}  // namespace plinth
