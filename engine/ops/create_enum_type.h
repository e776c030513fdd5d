#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE TYPE … AS ENUM.
struct CreateEnumType {
  static constexpr std::string_view kind = "createEnumType";
  std::string schema = "public", type_name;
  std::vector<std::string> values;
  bool passing = false;  // the type is not the destination's own: a descriptor must say its values
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateEnumType::schema), field("typeName", &CreateEnumType::type_name),
                 field("values", &CreateEnumType::values), field("passing", &CreateEnumType::passing)};

  /// A descriptor may leave the values to the destination; one that says them is a full operation.
  struct Thin {
    static constexpr std::string_view kind = "createEnumType";
    std::string schema = "public", type_name;
    std::vector<std::string> values;
    bool passing = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("typeName", &Thin::type_name),
                                              field("values", &Thin::values), field("passing", &Thin::passing)};
  };
  static constexpr std::string_view full_key = "values";
  Thin thin() const { return passing ? Thin{schema, type_name, values, true} : Thin{schema, type_name, {}, false}; }
  static CreateEnumType resolve(const Thin& t, const Schema& destination) {
    const Enum* e = destination.find_enum({t.schema, t.type_name});
    if (e == nullptr) unresolved("enum " + q(t.type_name) + " is not in the destination");
    return {t.schema, t.type_name, e->values, false};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_types; }
  std::string id() const { return "createNativeEnumType." + type_name; }
  std::string label() const { return "Create enum type " + q(type_name); }
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name}; }
  Name type() const { return {schema, type_name}; }
  Steps steps() const {
    return {{},
            {statement_with_params("create enum type " + q(type_name),
                                   Sql("CREATE TYPE {} AS ENUM ({})", type(), literal_list(values)))},
            {}};
  }
  void apply(Schema& s) const {
    Namespace& n = require_namespace(s, schema);
    if (find_sorted(n.enums, type_name) != nullptr) not_applicable("enum " + q(type_name) + " exists already");
    insert_sorted(n.enums, Enum{type_name, values});
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
