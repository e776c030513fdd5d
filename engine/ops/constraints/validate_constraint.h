#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … VALIDATE CONSTRAINT.
struct ValidateConstraint {
  static constexpr std::string_view kind = "validateConstraint";
  std::string schema = "public", table;
  std::string constraint_name;
  bool own_transaction = false;  // in a transaction of its own, between the operations before and after it
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
  Steps steps() const;
  TransactionMode transaction() const {
    return own_transaction ? TransactionMode::requires_tx : TransactionMode::in_tx;
  }
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void online(std::vector<Operation>& out, bool) const;
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_links | no_taking | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
