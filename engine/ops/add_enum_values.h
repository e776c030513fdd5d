#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TYPE … ADD VALUE for neighbouring new values.
struct AddEnumValues {
  static constexpr std::string_view kind = "addEnumValues";
  std::string schema = "public", type_name;
  std::vector<std::string> values;    // one run of neighbours, in order
  std::optional<std::string> before;  // the existing value that follows the run; absent: the run ends the type
  bool own_transaction = false;       // committed before what follows, and after what went before
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddEnumValues::schema), field("typeName", &AddEnumValues::type_name),
                 field("values", &AddEnumValues::values), field("before", &AddEnumValues::before),
                 field("ownTransaction", &AddEnumValues::own_transaction)};
  void validate(const JsonPath& at) const {
    if (values.empty()) at.member("values").fail("names no value");
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_types; }
  std::string id() const { return "addNativeEnumValue." + type_name + "." + values.front(); }
  std::string label() const {
    return values.size() == 1 ? "Add value " + q(values.front()) + " to enum type " + q(type_name)
                              : "Add values to enum type " + q(type_name) + ": " + joined();
  }
  std::optional<Target> target() const { return Target{schema, "type", type_name, {}}; }
  std::vector<std::string> path() const { return {schema, type_name, values.front()}; }
  Name type() const { return {schema, type_name}; }
  std::string joined() const {
    std::string out;
    for (const auto& v : values) out += (out.empty() ? "" : ", ") + v;
    return out;
  }
  Steps steps() const {
    Steps out;
    out.precheck.push_back(enum_exists("ensure enum type " + q(type_name) + " exists", type()));
    for (const auto& v : values) {
      const std::string what = "value " + q(v);
      out.precheck.push_back(
          enum_value_absent("ensure " + what + " is absent from enum type " + q(type_name), type(), v));
      out.execute.push_back(statement("add " + what + " to enum type " + q(type_name),
                                      Sql("ALTER TYPE {} ADD VALUE {}{}", type(), Literal{v},
                                          before ? Sql(" BEFORE {}", Literal{*before}) : Sql(""))));
      out.postcheck.push_back(enum_value_exists("verify " + what + " exists on enum type " + q(type_name), type(), v));
    }
    return out;
  }
  TransactionMode transaction() const { return own_transaction ? TransactionMode::own : TransactionMode::shared; }
  void apply(Schema& s) const {
    Enum& e = require_enum(s, type());
    for (const auto& v : values) {
      if (std::find(e.values.begin(), e.values.end(), v) != e.values.end()) {
        not_applicable("enum " + q(type_name) + " has the value " + q(v) + " already");
      }
      auto at = before ? std::find(e.values.begin(), e.values.end(), *before) : e.values.end();
      if (before && at == e.values.end()) not_applicable("enum " + q(type_name) + " has no value " + q(*before));
      e.values.insert(at, v);
    }
  }
  Impact impact(const Schema&, int) const {
    Impact out;
    out.commits = "the new values cannot be used in the transaction that adds them";
    return out;
  }
};

}  // namespace plinth
