#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER INDEX … RENAME TO.
struct RenameIndex {
  static constexpr std::string_view kind = "renameIndex";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameIndex::schema), field("table", &RenameIndex::table),
                 field("fromName", &RenameIndex::from_name), field("toName", &RenameIndex::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameIndex." + table + "." + from_name; }
  std::string label() const { return "Rename index " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "index", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {{relation_exists("ensure index " + q(from_name) + " exists", {schema, from_name}),
             relation_absent("ensure index " + q(to_name) + " does not exist", {schema, to_name})},
            {statement("rename index " + q(from_name),
                       Sql("ALTER INDEX {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
            {relation_exists("verify index " + q(to_name) + " exists", {schema, to_name}),
             relation_absent("verify index " + q(from_name) + " is gone", {schema, from_name})}};
  }
  void apply(Schema& s) const {
    auto& indexes = require_table(s, on()).indexes;
    Index renamed = require_node(indexes, from_name, on());
    renamed.name = to_name;
    remove_node(indexes, from_name, on());
    add_node(indexes, renamed, on());
  }
  Impact impact(const Schema&, int) const { return momentary({schema, from_name}, LockLevel::share_update_exclusive); }
};

}  // namespace plinth
