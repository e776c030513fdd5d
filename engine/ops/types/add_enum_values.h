#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TYPE … ADD VALUE for neighbouring new values.
struct AddEnumValues {
  static constexpr std::string_view kind = "addEnumValues";
  std::string schema = "public", type_name;
  std::vector<std::string> values;    // one run of neighbours, in order
  std::optional<std::string> before;  // the existing value that follows the run; absent: the run ends the type
  bool own_transaction = false;       // in a transaction of its own, between the operations before and after it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddEnumValues::schema), field("typeName", &AddEnumValues::type_name),
                 field("values", &AddEnumValues::values), field("before", &AddEnumValues::before),
                 field("ownTransaction", &AddEnumValues::own_transaction)};
  void validate(const JsonPath& at) const;

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_types; }
  std::string id() const { return "addNativeEnumValue." + type_name + "." + values.front(); }
  std::string label() const;
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name, values.front()}; }
  Name type() const { return {schema, type_name}; }
  std::string joined() const;
  Steps steps() const;
  TransactionMode transaction() const {
    return own_transaction ? TransactionMode::requires_tx : TransactionMode::in_tx;
  }
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_links | no_taking | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_type_change | no_mentions;
};

}  // namespace plinth
