#include "engine/ops/types/create_enum_type.h"

#include "engine/ops/define_operation.h"

namespace plinth {

CreateEnumType CreateEnumType::resolve(const Thin& t, const Schema& destination) {
  const Enum* e = destination.find_enum({t.schema, t.type_name});
  if (e == nullptr) unresolved("enum " + q(t.type_name) + " is not in the destination");
  return {t.schema, t.type_name, e->values, false};
}

Steps CreateEnumType::steps() const {
  return {{},
          {statement_with_params("create enum type " + q(type_name),
                                 Sql("CREATE TYPE {} AS ENUM ({})", type(), literal_list(values)))},
          {}};
}

void CreateEnumType::apply(Schema& s) const {
  Namespace& n = require_namespace(s, schema);
  if (find_sorted(n.enums, type_name) != nullptr) not_applicable("enum " + q(type_name) + " exists already");
  insert_sorted(n.enums, Enum{type_name, values});
}

void CreateEnumType::link(const LinkContext&, Links& links) const {
  links.makes = {type_object(Name{schema, type_name})};
}

std::vector<TakenName> CreateEnumType::takes(const NameContext&) const {
  return {{NameSpace::types, {schema, type_name}}};
}

std::vector<js::Doc> CreateEnumType::calls(CallContext&) const {
  return js::list(method("createNativeEnumType",
                         {named("schema", schema), named("typeName", type_name), {"members", js::strings(values)}}));
}

std::vector<Operation> CreateEnumType::recognised(const Claim& claim) {
  const Enum* found = claim.is("type") && claim.prefix != "dropNativeEnumType"
                          ? claim.destination.find_enum({claim.schema(), claim.name})
                          : nullptr;
  if (found == nullptr) return {};
  CreateEnumType op;
  op.schema = claim.schema();
  op.type_name = claim.name;
  op.values = found->values;
  return {op};
}

template const OperationTraits& traits_of<CreateEnumType>();

}  // namespace plinth
