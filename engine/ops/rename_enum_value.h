#pragma once
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

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
  std::string label() const {
    return "Rename value " + q(from_value) + " of enum type " + q(type_name) + " to " + q(to_value);
  }
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name, from_value}; }
  Name type() const { return {schema, type_name}; }
  Steps steps() const {
    const std::string of = " of enum type " + q(type_name);
    return {{enum_value_exists("ensure value " + q(from_value) + of + " exists", type(), from_value),
             enum_value_absent("ensure value " + q(to_value) + of + " is absent", type(), to_value)},
            {statement("rename value " + q(from_value) + of,
                       Sql("ALTER TYPE {} RENAME VALUE {} TO {}", type(), Literal{from_value}, Literal{to_value}))},
            {enum_value_exists("verify value " + q(to_value) + of + " exists", type(), to_value),
             enum_value_absent("verify value " + q(from_value) + of + " is gone", type(), from_value)}};
  }
  void apply(Schema& s) const {
    auto& values = require_enum(s, type()).values;
    if (std::find(values.begin(), values.end(), to_value) != values.end()) {
      not_applicable("enum " + q(type_name) + " has the value " + q(to_value) + " already");
    }
    const auto at = std::find(values.begin(), values.end(), from_value);
    if (at == values.end()) not_applicable("enum " + q(type_name) + " has no value " + q(from_value));
    *at = to_value;
    rename_enum_value_uses(s, type(), from_value, to_value);
  }
  Impact impact(const Schema&, int) const {
    Impact out;
    out.breaks = "statements that name the old value fail from now on";
    return out;
  }
};

}  // namespace plinth
