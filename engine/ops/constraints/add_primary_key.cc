#include "engine/ops/constraints/add_primary_key.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/online_forms.h"
#include "engine/sql/ddl.h"

namespace plinth {

AddPrimaryKey AddPrimaryKey::resolve(const Thin& t, const Schema& destination) {
  const Table& table = destination_table(destination, {t.schema, t.table});
  if (!table.primary_key) unresolved("table " + q(t.table) + " has no primary key in the destination");
  return {t.schema, t.table, *table.primary_key, t.using_index};
}

Steps AddPrimaryKey::steps() const {
  const std::string what = "primary key " + q(definition.name);
  return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
          {statement("add " + what,
                     Sql("ALTER TABLE {} ADD CONSTRAINT {} {}", on(), Ident{definition.name},
                         using_index ? Sql("PRIMARY KEY {}", using_index_sql(definition.name, definition.deferral))
                                     : primary_key_sql(definition)))},
          {constraint_exists("verify " + what + " exists", on(), definition.name)}};
}

void AddPrimaryKey::apply(Schema& s) const {
  Table& t = require_table(s, on());
  if (t.primary_key) not_applicable("table " + q(table) + " has a primary key already");
  if (using_index) remove_node(t.indexes, definition.name, on());
  t.primary_key = definition;
  for (const auto& c : definition.columns) require_node(t.columns, c, on()).nullable = false;
}

Impact AddPrimaryKey::impact(const Schema& before, int) const {
  const Table* t = before.find_table(on());
  const bool filled = std::all_of(definition.columns.begin(), definition.columns.end(), [&](const std::string& c) {
    const Column* found = t != nullptr ? find_named(t->columns, c) : nullptr;
    return found != nullptr && (!found->nullable || proves_not_null(*t, c));
  });
  if (using_index && filled) return momentary(on());
  Impact out = reading(on());
  out.fails = "fails on duplicates and NULLs";
  out.safer = "build the unique index concurrently, then make it the primary key";
  out.online = !using_index;
  return out;
}

void AddPrimaryKey::link(const LinkContext&, Links& links) const {
  links.makes = {key_object(on(), definition.columns)};
}

std::vector<TakenName> AddPrimaryKey::takes(const NameContext&) const {
  return {relation_name(schema, definition.name)};
}

void AddPrimaryKey::online(std::vector<Operation>& out, bool) const {
  out.emplace_back(index_for_key(schema, table, definition.name, definition.columns, definition.include));
  AddPrimaryKey op = *this;
  op.using_index = true;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> AddPrimaryKey::calls(CallContext&) const {
  if (using_index || !is_plain_key(definition)) return {};
  return js::list(on_table("addPrimaryKey", on(), named("constraint", definition.name),
                           js::Property{"columns", js::strings(definition.columns)}));
}

std::vector<Operation> AddPrimaryKey::recognised(const Claim& claim) {
  if (!is_constraint(claim) || claim.prefix != "primaryKey") return {};
  if (claim.found() == nullptr || !claim.found()->primary_key) return {};
  return {AddPrimaryKey{claim.schema(), claim.table(), *claim.found()->primary_key}};
}

template const OperationTraits& traits_of<AddPrimaryKey>();

}  // namespace plinth
