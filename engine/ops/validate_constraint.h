#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … VALIDATE CONSTRAINT.
struct ValidateConstraint {
  static constexpr std::string_view kind = "validateConstraint";
  std::string schema = "public", table;
  std::string constraint_name;
  bool own_transaction = false;  // committed before what follows, and after what went before
  static constexpr auto fields =
      std::tuple{defaulted("schema", &ValidateConstraint::schema), field("table", &ValidateConstraint::table),
                 field("constraintName", &ValidateConstraint::constraint_name),
                 field("ownTransaction", &ValidateConstraint::own_transaction)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::checks; }
  std::string id() const { return "validateConstraint." + table + "." + constraint_name; }
  std::string label() const { return "Validate constraint " + q(constraint_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "checkConstraint", constraint_name, table}; }
  std::vector<std::string> path() const { return {schema, table, constraint_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {
        {constraint_exists("ensure constraint " + q(constraint_name) + " exists", on(), constraint_name)},
        {statement("validate constraint " + q(constraint_name),
                   Sql("ALTER TABLE {} VALIDATE CONSTRAINT {}", on(), Ident{constraint_name}))},
        {check(
            "verify constraint " + q(constraint_name) + " is valid",
            R"(SELECT EXISTS (SELECT 1 FROM "pg_constraint" WHERE "conname" = $1 AND "conrelid" = to_regclass($2) AND "convalidated") AS "result")",
            {constraint_name, Sql("{}", on()).text()})}};
  }
  TransactionMode transaction() const { return own_transaction ? TransactionMode::own : TransactionMode::shared; }
  void apply(Schema& s) const {
    Table& t = require_table(s, on());
    if (ForeignKey* fk = find_named(t.foreign_keys, constraint_name)) {
      fk->not_valid = false;
    } else {
      require_node(t.checks, constraint_name, on()).not_valid = false;
    }
  }
  Impact impact(const Schema& before, int) const {
    Impact out = reading(on(), LockLevel::share_update_exclusive);
    const Table* t = before.find_table(on());
    if (const ForeignKey* fk = t != nullptr ? find_named(t->foreign_keys, constraint_name) : nullptr) {
      also_locks(out, fk->references(), LockLevel::row_share);
      also_reads(out, fk->references());
    }
    out.fails = "fails on rows that violate it";
    return out;
  }
};

}  // namespace plinth
