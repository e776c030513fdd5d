#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TYPE … RENAME TO; columns follow.
struct RenameType {
  static constexpr std::string_view kind = "renameType";
  std::string schema = "public", from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameType::schema), field("fromName", &RenameType::from_name),
                 field("toName", &RenameType::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "type." + from_name + ".rename"; }
  std::string label() const { return "Rename type " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "type", to_name, {}}; }
  std::vector<std::string> path() const { return {schema, from_name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  void link(const LinkContext& context, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  LineageChange lineage() const;
  Operation turned() const;
  std::optional<Operation> step_aside(const Schema& state) const;
  FreedName frees();
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_disturbing |
                                       no_loss | no_online | no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
