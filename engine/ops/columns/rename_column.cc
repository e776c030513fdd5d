#include "engine/ops/columns/rename_column.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

Steps RenameColumn::steps() const {
  return {{column_exists("ensure column " + q(from_name) + " exists", on(), from_name),
           column_absent("ensure column " + q(to_name) + " does not exist", on(), to_name)},
          {statement("rename column " + q(from_name),
                     Sql("ALTER TABLE {} RENAME COLUMN {} TO {}", on(), Ident{from_name}, Ident{to_name}))},
          {column_exists("verify column " + q(to_name) + " exists", on(), to_name),
           column_absent("verify column " + q(from_name) + " is gone", on(), from_name)}};
}

void RenameColumn::apply(Schema& s) const {
  Table& t = require_table(s, on());
  if (find_named(t.columns, to_name) != nullptr)
    not_applicable("column " + q(to_name) + " exists already on " + q(table));
  require_node(t.columns, from_name, on()).name = to_name;
  rename_column_uses(s, t, schema, from_name, to_name);
}

Impact RenameColumn::impact(const Schema&, int) const {
  Impact out = momentary(on());
  out.breaks = "queries that use the old name fail from now on";
  out.safer = "keep the name in the database, and map it in the contract";
  return out;
}

void RenameColumn::link(const LinkContext& context, Links& links) const {
  const Table* t = context.actual.find_table(on());
  links.needs = {table_object(on())};
  links.end(column_object(on(), from_name), t != nullptr ? find_named(t->columns, from_name) : nullptr);
  links.makes = {column_object(on(), to_name)};
}

LineageChange RenameColumn::lineage() const {
  return {std::pair{ObjectPath{schema, table, from_name}, ObjectPath{schema, table, to_name}}, {}, {}};
}

Operation RenameColumn::turned() const { return RenameColumn{schema, table, to_name, from_name}; }

std::optional<Operation> RenameColumn::step_aside(const Schema& state) const {
  const Table* t = state.find_table(on());
  const auto taken = [&](const std::string& n) { return t != nullptr && find_named(t->columns, n) != nullptr; };
  if (!taken(to_name)) return {};
  return RenameColumn{schema, table, to_name, name_aside(to_name, taken)};
}

template const OperationTraits& traits_of<RenameColumn>();

}  // namespace plinth
