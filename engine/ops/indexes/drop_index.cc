#include "engine/ops/indexes/drop_index.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/questions.h"

namespace plinth {

Steps DropIndex::steps() const {
  const Name name{schema, index_name};
  const std::string what = "index " + q(index_name);
  return {{relation_exists("ensure " + what + " exists", name)},
          {statement("drop " + what, Sql("DROP INDEX {}{}", concurrently ? Sql("CONCURRENTLY ") : Sql(""), name))},
          {relation_absent("verify " + what + " does not exist", name)}};
}

Impact DropIndex::impact(const Schema&, int) const {
  if (concurrently) return momentary(on(), LockLevel::share_update_exclusive);
  Impact out = momentary(on());
  out.safer = "DROP INDEX CONCURRENTLY";
  out.online = true;
  return out;
}

void DropIndex::disturbs(UnmanagedUses& uses) const {
  const Table* t = uses.actual.find_table(on());
  const Index* i = t != nullptr ? find_named(t->indexes, index_name) : nullptr;
  if (i == nullptr || !i->unique || i->predicate || i->invalid) return;
  const std::vector<std::string> columns = CreateIndex::columns_of(*i);
  if (!columns.empty() && !is_primary_key(*t, columns)) uses.leave_key(on(), columns);
}

void DropIndex::online(std::vector<Operation>& out, bool) const {
  DropIndex op = *this;
  op.concurrently = true;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> DropIndex::calls(CallContext&) const {
  if (concurrently) return {};
  return js::list(on_table("dropIndex", on(), named("index", index_name)));
}

FreedName DropIndex::frees() { return {NameHolder::index, on(), index_name, &index_name}; }

std::vector<Operation> DropIndex::recognised(const Claim& claim) {
  if (!claim.is("index") || claim.prefix != "dropIndex") return {};
  return {DropIndex{claim.schema(), claim.table(), claim.name}};
}

template const OperationTraits& traits_of<DropIndex>();

}  // namespace plinth
