#pragma once
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"

namespace plinth {

/// ALTER TYPE … RENAME TO; columns follow.
struct RenameType {
  static constexpr std::string_view kind = "renameType";
  std::string schema = "public", from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameType::schema), field("fromName", &RenameType::from_name),
                 field("toName", &RenameType::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "type." + from_name + ".rename"; }
  std::string label() const { return "Rename type " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "type", to_name, {}}; }
  std::vector<std::string> path() const { return {schema, from_name}; }
  Steps steps() const {
    return {{enum_exists("ensure type " + q(from_name) + " exists", {schema, from_name})},
            {statement("rename type " + q(from_name),
                       Sql("ALTER TYPE {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
            {enum_exists("verify type " + q(to_name) + " exists", {schema, to_name}),
             enum_absent("verify type " + q(from_name) + " is gone", {schema, from_name})}};
  }
  void apply(Schema& s) const {
    Enum renamed = require_enum(s, {schema, from_name});
    Namespace& n = require_namespace(s, schema);
    if (find_sorted(n.enums, to_name) != nullptr) not_applicable("type " + q(to_name) + " exists already");
    n.enums.erase(n.enums.begin() + (find_sorted(n.enums, from_name) - n.enums.data()));
    renamed.name = to_name;
    insert_sorted(n.enums, std::move(renamed));
    rename_column_type(s, user_type_text({schema, from_name}), user_type_text({schema, to_name}));
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
