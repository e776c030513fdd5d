#include "engine/ops/types/add_enum_values.h"

#include "engine/ops/define_operation.h"

namespace plinth {

void AddEnumValues::validate(const JsonPath& at) const {
  if (values.empty()) at.member("values").fail("names no value");
}

std::string AddEnumValues::label() const {
  return values.size() == 1 ? "Add value " + q(values.front()) + " to enum type " + q(type_name)
                            : "Add values to enum type " + q(type_name) + ": " + joined();
}

std::string AddEnumValues::joined() const {
  std::string out;
  for (const auto& v : values) out += (out.empty() ? "" : ", ") + v;
  return out;
}

Steps AddEnumValues::steps() const {
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

void AddEnumValues::apply(Schema& s) const {
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

Impact AddEnumValues::impact(const Schema&, int) const {
  Impact out;
  out.commits = "the new values cannot be used in the transaction that adds them";
  return out;
}

void AddEnumValues::online(std::vector<Operation>& out, bool) const {
  AddEnumValues op = *this;
  op.own_transaction = true;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> AddEnumValues::calls(CallContext&) const {
  if (before || own_transaction) return {};
  std::vector<js::Doc> out;
  for (const auto& value : values) {
    out.push_back(
        method("addNativeEnumValue", {named("schema", schema), named("typeName", type_name), named("value", value)}));
  }
  return out;
}

std::vector<Operation> AddEnumValues::recognised(const Claim& claim) {
  const Enum* found = claim.is("type") && claim.prefix != "dropNativeEnumType"
                          ? claim.destination.find_enum({claim.schema(), claim.name})
                          : nullptr;
  std::vector<Operation> out;
  if (found == nullptr) return out;
  for (const auto& v : found->values) out.emplace_back(AddEnumValues{claim.schema(), claim.name, {v}, {}});
  return out;
}

template const OperationTraits& traits_of<AddEnumValues>();

}  // namespace plinth
