#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … DROP COLUMN, without CASCADE. The server drops indexes and constraints of the table that use the
/// column.
struct DropColumn {
  static constexpr std::string_view kind = "dropColumn";
  std::string schema = "public", table;
  std::string column;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropColumn::schema),
                                            field("table", &DropColumn::table), field("column", &DropColumn::column)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_columns; }
  std::string id() const { return "dropColumn." + table + "." + column; }
  std::string label() const { return "Drop column " + q(column) + " from " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void link(const LinkContext& context, Links& links) const;
  void disturbs(UnmanagedUses& uses) const;
  LineageChange lineage() const;
  std::optional<Loss> loss(const LossContext& context) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_freeing | no_turning | no_online | no_type_change | no_mentions;
};

}  // namespace plinth
