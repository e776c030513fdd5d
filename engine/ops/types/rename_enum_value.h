#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TYPE … RENAME VALUE; rows, defaults, checks and indexes that hold the value follow.
struct RenameEnumValue {
  static constexpr std::string_view kind = "renameEnumValue";
  std::string schema = "public", type_name;
  std::string from_value, to_value;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameEnumValue::schema), field("typeName", &RenameEnumValue::type_name),
                 field("fromValue", &RenameEnumValue::from_value), field("toValue", &RenameEnumValue::to_value)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameEnumValue." + type_name + "." + from_value; }
  std::string label() const;
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name, from_value}; }
  Name type() const { return {schema, type_name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  LineageChange lineage() const;
  Operation turned() const;
  std::optional<Operation> step_aside(const Schema& state) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_loss | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
