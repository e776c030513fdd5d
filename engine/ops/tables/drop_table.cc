#include "engine/ops/tables/drop_table.h"

#include "engine/names.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {

Steps DropTable::steps() const {
  const std::string what = "table " + q(table);
  return {{relation_exists("ensure " + what + " exists", on())},
          {statement("drop " + what, Sql("DROP TABLE {}", on()))},
          {relation_absent("verify " + what + " does not exist", on())}};
}

void DropTable::apply(Schema& s) const {
  const Table& t = require_table(s, on());
  refuse_needed(s, table_object(on()));
  refuse_referenced(s, on());
  drop_owned_sequences(s, on(), {});
  auto& tables = require_namespace(s, schema).tables;
  tables.erase(tables.begin() + (&t - tables.data()));
}

Impact DropTable::impact(const Schema& before, int) const {
  Impact out = momentary(on());
  also_locks_referenced(out, before, on());
  out.loses = "all rows of " + q(table) + " are lost";
  if (out.locks.size() > 1) out.safer = "drop its foreign keys first, in a short transaction of their own";
  return out;
}

void DropTable::link(const LinkContext& context, Links& links) const {
  links.end(table_object(on()), context.actual.find_table(on()));
  links.ends.push_back(rows_object(on()));
  const Table* t = context.before(on());
  if (t == nullptr) return;
  for (const auto& fk : t->foreign_keys) {
    const bool is_cut = context.cut.count({schema, table, fk.name}) > 0;
    const Name to = context.now(fk.references());
    if (!is_cut && to != on()) links.releases.push_back(rows_object(to));
  }
}

void DropTable::disturbs(UnmanagedUses& uses) const {
  uses.drop_table(on());
  uses.each_reference(on(), [&](const UnmanagedReference& r) { uses.harm.push_back(r.text() + " references it"); });
}

LineageChange DropTable::lineage() const { return {{}, ObjectPath{schema, table}, {}}; }

std::optional<Loss> DropTable::loss(const LossContext& context) const {
  const auto from = context.origin({schema, table});
  if (!from) return {};
  return Loss{LossKind::rows, *from, label(), "the rows of " + dotted(*from) + " are gone; it comes back empty", {}};
}

std::vector<js::Doc> DropTable::calls(CallContext&) const { return js::list(on_table("dropTable", on())); }

std::vector<Operation> DropTable::recognised(const Claim& claim) {
  if (!claim.is("table") || claim.prefix != "dropTable") return {};
  return {DropTable{claim.schema(), claim.name}};
}

FreedName DropTable::frees() { return {NameHolder::table, {schema, {}}, table, &table}; }

template const OperationTraits& traits_of<DropTable>();

}  // namespace plinth
