#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … RENAME CONSTRAINT.
struct RenameConstraint {
  static constexpr std::string_view kind = "renameConstraint";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameConstraint::schema), field("table", &RenameConstraint::table),
                 field("fromName", &RenameConstraint::from_name), field("toName", &RenameConstraint::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameConstraint." + table + "." + from_name; }
  std::string label() const { return "Rename constraint " + q(from_name) + " to " + q(to_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "unique", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {{constraint_exists("ensure constraint " + q(from_name) + " exists", on(), from_name),
             constraint_absent("ensure constraint " + q(to_name) + " does not exist", on(), to_name)},
            {statement("rename constraint " + q(from_name),
                       Sql("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", on(), Ident{from_name}, Ident{to_name}))},
            {constraint_exists("verify constraint " + q(to_name) + " exists", on(), to_name),
             constraint_absent("verify constraint " + q(from_name) + " is gone", on(), from_name)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (t.primary_key && t.primary_key->name == from_name) {
      t.primary_key->name = to_name;
      return;
    }
    bool found = false;
    each_constraint_list(t, [&](auto& list) {
      if (auto* node = find_named(list, from_name); node != nullptr && !found) {
        auto renamed = *node;
        renamed.name = to_name;
        remove_node(list, from_name, on());
        insert_sorted(list, std::move(renamed));
        found = true;
      }
    });
    if (!found) not_applicable("constraint " + q(from_name) + " does not exist on " + q(table));
  }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
