#include "engine/ops/constraints/add_unique.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/online_forms.h"
#include "engine/sql/ddl.h"

namespace plinth {

AddUnique AddUnique::resolve(const Thin& t, const Schema& destination) {
  const Unique* found = find_described(destination_table(destination, {t.schema, t.table}).uniques, t.constraint_name,
                                       [&](const Unique& u) { return u.columns == t.columns; });
  if (found == nullptr) unresolved("table " + q(t.table) + " has no such unique constraint in the destination");
  return {t.schema, t.table, *found, t.using_index};
}

std::string AddUnique::joined() const {
  std::string out;
  for (const auto& c : definition.columns) out += (out.empty() ? "" : ", ") + c;
  return out;
}

Steps AddUnique::steps() const {
  const std::string what = "constraint " + q(definition.name);
  return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
          {statement("add unique constraint " + q(definition.name),
                     Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name},
                         using_index ? Sql("UNIQUE {}", using_index_sql(definition.name, definition.deferral))
                                     : unique_sql(definition)))},
          {constraint_exists("verify " + what + " exists", on(), definition.name)}};
}

void AddUnique::apply(Schema& s) const {
  Table& t = require_table(s, on());
  if (using_index) remove_node(t.indexes, definition.name, on());
  add_node(t.uniques, definition, on());
}

Impact AddUnique::impact(const Schema&, int server_version) const {
  if (using_index) return momentary(on());
  Impact out = reading(on());
  out.fails = refusal_of_duplicates(definition.nulls_not_distinct, server_version);
  out.safer = "build the unique index concurrently, then make it the constraint";
  out.online = true;
  return out;
}

void AddUnique::link(const LinkContext&, Links& links) const { links.makes = {key_object(on(), definition.columns)}; }

std::vector<TakenName> AddUnique::takes(const NameContext&) const { return {relation_name(schema, definition.name)}; }

void AddUnique::online(std::vector<Operation>& out, bool) const {
  CreateIndex index = index_for_key(schema, table, definition.name, definition.columns, definition.include);
  index.definition.nulls_not_distinct = definition.nulls_not_distinct;
  out.emplace_back(std::move(index));
  AddUnique op = *this;
  op.using_index = true;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> AddUnique::calls(CallContext&) const {
  const Unique& u = definition;
  if (using_index || !u.include.empty() || u.nulls_not_distinct || u.deferral) return {};
  return js::list(
      on_table("addUnique", on(), named("constraint", u.name), js::Property{"columns", js::strings(u.columns)}));
}

std::vector<Operation> AddUnique::recognised(const Claim& claim) {
  if (!(is_constraint(claim) && claim.prefix == "unique")) return {};
  return claim.made_of<AddUnique>(&Table::uniques);
}

template const OperationTraits& traits_of<AddUnique>();

}  // namespace plinth
