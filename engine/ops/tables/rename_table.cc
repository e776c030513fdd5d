#include "engine/ops/tables/rename_table.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

Steps RenameTable::steps() const {
  return {{relation_exists("ensure table " + q(from_name) + " exists", {schema, from_name}),
           relation_absent("ensure table " + q(to_name) + " does not exist", {schema, to_name})},
          {statement("rename table " + q(from_name),
                     Sql("ALTER TABLE {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
          {relation_exists("verify table " + q(to_name) + " exists", {schema, to_name}),
           relation_absent("verify table " + q(from_name) + " is gone", {schema, from_name})}};
}

void RenameTable::apply(Schema& s) const {
  Table renamed = require_table(s, {schema, from_name});
  auto& tables = require_namespace(s, schema).tables;
  if (find_sorted(tables, to_name) != nullptr) not_applicable("table " + q(to_name) + " exists already");
  tables.erase(tables.begin() + (find_sorted(tables, from_name) - tables.data()));
  renamed.name = to_name;
  insert_sorted(tables, std::move(renamed));
  rename_referenced_table(s, {schema, from_name}, to_name);
}

Impact RenameTable::impact(const Schema&, int) const {
  Impact out = momentary(Name{schema, from_name});
  out.breaks = "queries that use the old name fail from now on";
  out.safer = "keep the name in the database, and map it in the contract";
  return out;
}

void RenameTable::announce(LinkContext& context) const {
  const Name from{schema, from_name}, to{schema, to_name};
  context.was.insert({to, from});
  context.is_now.insert({from, to});
}

void RenameTable::link(const LinkContext& context, Links& links) const {
  links.end(table_object({schema, from_name}), context.actual.find_table({schema, from_name}));
  links.makes = {table_object({schema, to_name})};
}

std::vector<TakenName> RenameTable::takes(const NameContext&) const { return table_names({schema, to_name}); }

LineageChange RenameTable::lineage() const {
  return {std::pair{ObjectPath{schema, from_name}, ObjectPath{schema, to_name}}, {}, {}};
}

Operation RenameTable::turned() const { return RenameTable{schema, to_name, from_name}; }

std::optional<Operation> RenameTable::step_aside(const Schema& state) const {
  const auto taken = [&](const std::string& n) { return state.find_table({schema, n}) != nullptr; };
  if (!taken(to_name)) return {};
  return RenameTable{schema, to_name, name_aside(to_name, taken)};
}

FreedName RenameTable::frees() { return {NameHolder::table, {schema, {}}, from_name}; }

template const OperationTraits& traits_of<RenameTable>();

}  // namespace plinth
