#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … RENAME TO; rows, indexes and constraints stay.
struct RenameTable {
  static constexpr std::string_view kind = "renameTable";
  std::string schema = "public", from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameTable::schema), field("fromName", &RenameTable::from_name),
                 field("toName", &RenameTable::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameTable." + from_name; }
  std::string label() const { return "Rename table " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "table", to_name, {}}; }
  std::vector<std::string> path() const { return {schema, from_name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void announce(LinkContext& context) const;
  void link(const LinkContext& context, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  LineageChange lineage() const;
  Operation turned() const;
  std::optional<Operation> step_aside(const Schema& state) const;
  FreedName frees();
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_disturbing | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
