#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE TYPE … AS ENUM.
struct CreateEnumType {
  static constexpr std::string_view kind = "createEnumType";
  std::string schema = "public", type_name;
  std::vector<std::string> values;
  bool temporary = false;  // the type is not the destination's own: a descriptor must say its values
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateEnumType::schema), field("typeName", &CreateEnumType::type_name),
                 field("values", &CreateEnumType::values), field("passing", &CreateEnumType::temporary)};

  /// A descriptor may leave the values to the destination; one that says them is a full operation.
  struct Thin {
    static constexpr std::string_view kind = "createEnumType";
    std::string schema = "public", type_name;
    std::vector<std::string> values;
    bool temporary = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("typeName", &Thin::type_name),
                                              field("values", &Thin::values), field("passing", &Thin::temporary)};
  };
  static constexpr std::string_view full_key = "values";
  Thin thin() const { return temporary ? Thin{schema, type_name, values, true} : Thin{schema, type_name, {}, false}; }
  static CreateEnumType resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_types; }
  std::string id() const { return "createNativeEnumType." + type_name; }
  std::string label() const { return "Create enum type " + q(type_name); }
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name}; }
  Name type() const { return {schema, type_name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  void link(const LinkContext&, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_type_change |
                                       no_mentions;
};

}  // namespace plinth
