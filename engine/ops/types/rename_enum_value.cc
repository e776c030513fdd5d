#include "engine/ops/types/rename_enum_value.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

std::string RenameEnumValue::label() const {
  return "Rename value " + q(from_value) + " of enum type " + q(type_name) + " to " + q(to_value);
}

Steps RenameEnumValue::steps() const {
  const std::string of = " of enum type " + q(type_name);
  return {{enum_value_exists("ensure value " + q(from_value) + of + " exists", type(), from_value),
           enum_value_absent("ensure value " + q(to_value) + of + " is absent", type(), to_value)},
          {statement("rename value " + q(from_value) + of,
                     Sql("ALTER TYPE {} RENAME VALUE {} TO {}", type(), Literal{from_value}, Literal{to_value}))},
          {enum_value_exists("verify value " + q(to_value) + of + " exists", type(), to_value),
           enum_value_absent("verify value " + q(from_value) + of + " is gone", type(), from_value)}};
}

void RenameEnumValue::apply(Schema& s) const {
  auto& values = require_enum(s, type()).values;
  if (std::find(values.begin(), values.end(), to_value) != values.end()) {
    not_applicable("enum " + q(type_name) + " has the value " + q(to_value) + " already");
  }
  const auto at = std::find(values.begin(), values.end(), from_value);
  if (at == values.end()) not_applicable("enum " + q(type_name) + " has no value " + q(from_value));
  *at = to_value;
  rename_enum_value_uses(s, type(), from_value, to_value);
}

Impact RenameEnumValue::impact(const Schema&, int) const {
  Impact out;
  out.breaks = "statements that name the old value fail from now on";
  return out;
}

LineageChange RenameEnumValue::lineage() const {
  return {std::pair{ObjectPath{schema, type_name, from_value}, ObjectPath{schema, type_name, to_value}}, {}, {}};
}

Operation RenameEnumValue::turned() const { return RenameEnumValue{schema, type_name, to_value, from_value}; }

std::optional<Operation> RenameEnumValue::step_aside(const Schema& state) const {
  const Enum* e = state.find_enum(type());
  const auto taken = [&](const std::string& v) { return e != nullptr && holds(e->values, v); };
  if (!taken(to_value)) return {};
  return RenameEnumValue{schema, type_name, to_value, name_aside(to_value, taken)};
}

template const OperationTraits& traits_of<RenameEnumValue>();

}  // namespace plinth
