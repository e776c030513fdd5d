#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … DROP CONSTRAINT of a check.
struct DropCheckConstraint {
  static constexpr std::string_view kind = "dropCheckConstraint";
  std::string schema = "public", table;
  std::string constraint_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropCheckConstraint::schema), field("table", &DropCheckConstraint::table),
                 field("constraintName", &DropCheckConstraint::constraint_name)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::unblock; }
  std::string id() const { return "dropCheckConstraint." + table + "." + constraint_name; }
  std::string label() const { return "Drop check constraint " + q(constraint_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "checkConstraint", constraint_name, table}; }
  std::vector<std::string> path() const { return {schema, table, constraint_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { remove_node(require_table(s, on()).checks, constraint_name, on()); }
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
