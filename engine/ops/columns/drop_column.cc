#include "engine/ops/columns/drop_column.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"
#include "engine/sql/type_name.h"

namespace plinth {

Steps DropColumn::steps() const {
  const std::string what = "column " + q(column);
  return {{column_exists("ensure " + what + " exists", on(), column)},
          {statement("drop " + what, Sql("ALTER TABLE {} DROP COLUMN {}", on(), Ident{column}))},
          {column_absent("verify " + what + " does not exist", on(), column)}};
}

void DropColumn::apply(Schema& s) const {
  Table& t = require_table(s, on());
  refuse_needed(s, column_object(on(), column));
  remove_node(t.columns, column, on());
  drop_owned_sequences(s, on(), column);
  drop_dependents(t, column);
}

Impact DropColumn::impact(const Schema& before, int) const {
  Impact out = momentary(on());
  also_locks_referenced_by_column(out, before, on(), column);
  const Table* t = before.find_table(on());
  const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
  const bool computed = c != nullptr && c->generated;
  if (!computed) out.loses = "all values of " + q(table) + "." + q(column) + " are lost";
  if (out.locks.size() > 1) out.safer = "drop its foreign keys first, in a short transaction of their own";
  return out;
}

void DropColumn::link(const LinkContext& context, Links& links) const {
  links.ends = {column_object(on(), column)};
  const Table* t = context.actual.find_table(on());
  const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
  if (c == nullptr || !c->generated) return;
  std::vector<std::string> others;
  for (const auto& other : t->columns) others.push_back(other.name);
  read_columns(links.releases, on(), *c, others);
}

void DropColumn::disturbs(UnmanagedUses& uses) const {
  uses.drop_column(on(), column);
  uses.each_reference(on(), [&](const UnmanagedReference& r) {
    if (holds(r.key->referenced_columns, column)) uses.harm.push_back(r.text() + " references it");
  });
}

LineageChange DropColumn::lineage() const { return {{}, ObjectPath{schema, table, column}, {}}; }

std::optional<Loss> DropColumn::loss(const LossContext& context) const {
  const Table* t = context.state.find_table(on());
  const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
  const auto from = context.origin({schema, table, column});
  if (!from || c == nullptr || c->generated) return {};
  return Loss{
      LossKind::values, *from, label(), "the values of " + dotted(*from) + " are gone; it comes back without them", {}};
}

std::vector<js::Doc> DropColumn::calls(CallContext&) const {
  return js::list(on_table("dropColumn", on(), named("column", column)));
}

std::vector<Operation> DropColumn::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "dropColumn") return {};
  return {DropColumn{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<DropColumn>();

}  // namespace plinth
