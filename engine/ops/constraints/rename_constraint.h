#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return momentary(on()); }

  std::vector<TakenName> takes(const NameContext& names) const;
  FreedName frees();
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_type_change |
                                       no_mentions;
};

}  // namespace plinth
