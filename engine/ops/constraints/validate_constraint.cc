#include "engine/ops/constraints/validate_constraint.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps ValidateConstraint::steps() const {
  return {
      {constraint_exists("ensure constraint " + q(constraint_name) + " exists", on(), constraint_name)},
      {statement("validate constraint " + q(constraint_name),
                 Sql("ALTER TABLE {} VALIDATE CONSTRAINT {}", on(), Ident{constraint_name}))},
      {check(
          "verify constraint " + q(constraint_name) + " is valid",
          R"(SELECT EXISTS (SELECT 1 FROM "pg_constraint" WHERE "conname" = $1 AND "conrelid" = to_regclass($2) AND "convalidated") AS "result")",
          {constraint_name, Sql("{}", on()).text()})}};
}

void ValidateConstraint::apply(Schema& s) const {
  Table& t = require_table(s, on());
  if (ForeignKey* fk = find_named(t.foreign_keys, constraint_name)) {
    fk->not_valid = false;
  } else {
    require_node(t.checks, constraint_name, on()).not_valid = false;
  }
}

Impact ValidateConstraint::impact(const Schema& before, int) const {
  Impact out = reading(on(), LockLevel::share_update_exclusive);
  const Table* t = before.find_table(on());
  if (const ForeignKey* fk = t != nullptr ? find_named(t->foreign_keys, constraint_name) : nullptr) {
    also_locks(out, fk->references(), LockLevel::row_share);
    also_reads(out, fk->references());
  }
  out.fails = "fails on rows that violate it";
  return out;
}

void ValidateConstraint::online(std::vector<Operation>& out, bool) const {
  out.emplace_back(ValidateConstraint{schema, table, constraint_name, true});
}

template const OperationTraits& traits_of<ValidateConstraint>();

}  // namespace plinth
