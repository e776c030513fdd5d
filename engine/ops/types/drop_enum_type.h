#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP TYPE of an enum, without CASCADE.
struct DropEnumType {
  static constexpr std::string_view kind = "dropEnumType";
  std::string schema = "public", type_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropEnumType::schema), field("typeName", &DropEnumType::type_name)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_types; }
  std::string id() const { return "dropNativeEnumType." + type_name; }
  std::string label() const { return "Drop enum type " + q(type_name); }
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name}; }
  Name type() const { return {schema, type_name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext& context, Links& links) const;
  void disturbs(UnmanagedUses& uses) const;
  LineageChange lineage() const;
  std::vector<js::Doc> calls(CallContext&) const;
  FreedName frees();
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_turning | no_loss | no_online | no_type_change | no_mentions;
};

}  // namespace plinth
