#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP TABLE, without CASCADE.
struct DropTable {
  static constexpr std::string_view kind = "dropTable";
  std::string schema = "public", table;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropTable::schema), field("table", &DropTable::table)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_tables; }
  std::string id() const { return "dropTable." + table; }
  std::string label() const { return "Drop table " + q(table); }
  std::optional<Target> target() const { return Target{schema, "table", table, {}}; }
  std::vector<std::string> path() const { return {schema, table}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void link(const LinkContext& context, Links& links) const;
  void disturbs(UnmanagedUses& uses) const;
  LineageChange lineage() const;
  std::optional<Loss> loss(const LossContext& context) const;
  std::vector<js::Doc> calls(CallContext&) const;
  FreedName frees();
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_turning | no_online | no_type_change | no_mentions;
};

}  // namespace plinth
