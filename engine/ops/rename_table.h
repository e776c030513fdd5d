#pragma once
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// ALTER TABLE … RENAME TO; rows, indexes and constraints stay.
struct RenameTable {
  static constexpr std::string_view kind = "renameTable";
  std::string schema = "public", from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameTable::schema), field("fromName", &RenameTable::from_name),
                 field("toName", &RenameTable::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameTable." + from_name; }
  std::string label() const { return "Rename table " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "table", to_name, {}}; }
  std::vector<std::string> path() const { return {schema, from_name}; }
  Steps steps() const {
    return {{relation_exists("ensure table " + q(from_name) + " exists", {schema, from_name}),
             relation_absent("ensure table " + q(to_name) + " does not exist", {schema, to_name})},
            {statement("rename table " + q(from_name),
                       Sql("ALTER TABLE {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
            {relation_exists("verify table " + q(to_name) + " exists", {schema, to_name}),
             relation_absent("verify table " + q(from_name) + " is gone", {schema, from_name})}};
  }
  void apply(Schema& s) const {
    Table renamed = require_table(s, {schema, from_name});
    auto& tables = require_namespace(s, schema).tables;
    if (find_sorted(tables, to_name) != nullptr) not_applicable("table " + q(to_name) + " exists already");
    tables.erase(tables.begin() + (find_sorted(tables, from_name) - tables.data()));
    renamed.name = to_name;
    insert_sorted(tables, std::move(renamed));
    rename_referenced_table(s, {schema, from_name}, to_name);
  }
  Impact impact(const Schema&, int) const {
    Impact out = momentary(Name{schema, from_name});
    out.breaks = "queries that use the old name fail from now on";
    out.safer = "keep the name in the database, and map it in the contract";
    return out;
  }
};

}  // namespace plinth
