#include "engine/ops/types/rename_type.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

Steps RenameType::steps() const {
  return {{enum_exists("ensure type " + q(from_name) + " exists", {schema, from_name})},
          {statement("rename type " + q(from_name),
                     Sql("ALTER TYPE {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
          {enum_exists("verify type " + q(to_name) + " exists", {schema, to_name}),
           enum_absent("verify type " + q(from_name) + " is gone", {schema, from_name})}};
}

void RenameType::apply(Schema& s) const {
  Enum renamed = require_enum(s, {schema, from_name});
  Namespace& n = require_namespace(s, schema);
  if (find_sorted(n.enums, to_name) != nullptr) not_applicable("type " + q(to_name) + " exists already");
  n.enums.erase(n.enums.begin() + (find_sorted(n.enums, from_name) - n.enums.data()));
  renamed.name = to_name;
  insert_sorted(n.enums, std::move(renamed));
  rename_column_type(s, user_type_text({schema, from_name}), user_type_text({schema, to_name}));
  rename_needed(s, {ObjectKind::type, {schema, from_name}}, to_name);
}

void RenameType::link(const LinkContext& context, Links& links) const {
  links.end(type_object(Name{schema, from_name}), context.actual.find_enum({schema, from_name}));
  links.makes = {type_object(Name{schema, to_name})};
}

std::vector<TakenName> RenameType::takes(const NameContext&) const { return {{NameSpace::types, {schema, to_name}}}; }

LineageChange RenameType::lineage() const {
  return {std::pair{ObjectPath{schema, from_name}, ObjectPath{schema, to_name}}, {}, {}};
}

Operation RenameType::turned() const { return RenameType{schema, to_name, from_name}; }

std::optional<Operation> RenameType::step_aside(const Schema& state) const {
  const auto taken = [&](const std::string& n) { return state.find_enum({schema, n}) != nullptr; };
  if (!taken(to_name)) return {};
  return RenameType{schema, to_name, name_aside(to_name, taken)};
}

FreedName RenameType::frees() { return {NameHolder::type, {schema, {}}, from_name}; }

template const OperationTraits& traits_of<RenameType>();

}  // namespace plinth
