#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … DROP CONSTRAINT of a primary key, a unique constraint or a foreign key.
struct DropConstraint {
  static constexpr std::string_view kind = "dropConstraint";
  std::string schema = "public", table;
  std::string constraint_name;
  std::string object_type = "unique";  // or primaryKey, foreignKey
  static constexpr auto fields = std::tuple{
      defaulted("schema", &DropConstraint::schema), field("table", &DropConstraint::table),
      field("constraintName", &DropConstraint::constraint_name), defaulted("objectType", &DropConstraint::object_type)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::unblock; }
  std::string id() const { return "dropConstraint." + table + "." + constraint_name; }
  std::string label() const { return "Drop constraint " + q(constraint_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, object_type, constraint_name, table}; }
  std::vector<std::string> path() const { return {schema, table, constraint_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    const std::string what = "constraint " + q(constraint_name);
    return {{constraint_exists("ensure " + what + " exists", on(), constraint_name)},
            {statement("drop constraint " + q(constraint_name),
                       Sql("ALTER TABLE {} DROP CONSTRAINT {}", on(), Ident{constraint_name}))},
            {constraint_absent("verify " + what + " does not exist", on(), constraint_name)}};
  }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (t.primary_key && t.primary_key->name == constraint_name) {
      t.primary_key.reset();
    } else if (find_named(t.uniques, constraint_name) != nullptr) {
      remove_node(t.uniques, constraint_name, on());
    } else {
      remove_node(t.foreign_keys, constraint_name, on());
    }
  }
  Impact impact(const Schema& before, int) const {
    Impact out = momentary(on());
    also_locks_referenced_by_key(out, before, on(), constraint_name);
    if (out.locks.size() > 1) out.safer = "a short transaction of its own, with a lock timeout";
    return out;
  }
};

}  // namespace plinth
