#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void announce(LinkContext& context) const;
  void link(const LinkContext& context, Links& links) const;
  void disturbs(UnmanagedUses& uses) const;
  std::vector<js::Doc> calls(CallContext&) const;
  FreedName frees();
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_taking | no_lineage | no_turning |
                                       no_loss | no_online | no_type_change | no_mentions;
};

}  // namespace plinth
