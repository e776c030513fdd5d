#include "engine/ops/types/drop_enum_type.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

Steps DropEnumType::steps() const {
  return {{}, {statement_with_params("drop enum type " + q(type_name), Sql("DROP TYPE {}", type()))}, {}};
}

void DropEnumType::apply(Schema& s) const {
  const Enum& e = require_enum(s, type());
  refuse_needed(s, {ObjectKind::type, {schema, type_name}});
  refuse_used(s, type());
  auto& enums = require_namespace(s, schema).enums;
  enums.erase(enums.begin() + (&e - enums.data()));
}

Impact DropEnumType::impact(const Schema&, int) const {
  Impact out;
  out.fails = "fails while a column still has the type";
  return out;
}

void DropEnumType::link(const LinkContext& context, Links& links) const {
  links.end(type_object(Name{schema, type_name}), context.actual.find_enum({schema, type_name}));
}

void DropEnumType::disturbs(UnmanagedUses& uses) const {
  const auto before = uses.was.find({schema, type_name});
  const Name type{schema, before != uses.was.end() ? before->second : type_name};
  const auto found = uses.users.find(user_type_text(type));
  if (found != uses.users.end()) uses.harm.push_back(found->second + " has the type");
  uses.drop_type(type);
}

LineageChange DropEnumType::lineage() const { return {{}, ObjectPath{schema, type_name}, {}}; }

std::vector<js::Doc> DropEnumType::calls(CallContext&) const {
  return js::list(method("dropNativeEnumType", {named("schema", schema), named("typeName", type_name)}));
}

FreedName DropEnumType::frees() { return {NameHolder::type, {schema, {}}, type_name, &type_name}; }

std::vector<Operation> DropEnumType::recognised(const Claim& claim) {
  if (!claim.is("type") || claim.prefix != "dropNativeEnumType") return {};
  return {DropEnumType{claim.schema(), claim.name}};
}

template const OperationTraits& traits_of<DropEnumType>();

}  // namespace plinth
