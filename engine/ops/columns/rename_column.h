#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … RENAME COLUMN; values, indexes and constraints stay.
struct RenameColumn {
  static constexpr std::string_view kind = "renameColumn";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameColumn::schema), field("table", &RenameColumn::table),
                 field("fromName", &RenameColumn::from_name), field("toName", &RenameColumn::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameColumn." + table + "." + from_name; }
  std::string label() const { return "Rename column " + q(from_name) + " to " + q(to_name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext& context, Links& links) const;
  LineageChange lineage() const;
  Operation turned() const;
  std::optional<Operation> step_aside(const Schema& state) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_freeing | no_disturbing | no_loss | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
