#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {{}, {statement_with_params("drop enum type " + q(type_name), Sql("DROP TYPE {}", type()))}, {}};
  }
  void apply(Schema& s) const {
    const Enum& e = require_enum(s, type());
    auto& enums = require_namespace(s, schema).enums;
    enums.erase(enums.begin() + (&e - enums.data()));
  }
  Impact impact(const Schema&, int) const {
    Impact out;
    out.fails = "fails while a column still has the type";
    return out;
  }
};

}  // namespace plinth
