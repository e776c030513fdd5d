#include "engine/ops/indexes/rename_index.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps RenameIndex::steps() const {
  return {{relation_exists("ensure index " + q(from_name) + " exists", {schema, from_name}),
           relation_absent("ensure index " + q(to_name) + " does not exist", {schema, to_name})},
          {statement("rename index " + q(from_name),
                     Sql("ALTER INDEX {} RENAME TO {}", Name{schema, from_name}, Ident{to_name}))},
          {relation_exists("verify index " + q(to_name) + " exists", {schema, to_name}),
           relation_absent("verify index " + q(from_name) + " is gone", {schema, from_name})}};
}

void RenameIndex::apply(Schema& s) const {
  auto& indexes = require_table(s, on()).indexes;
  Index renamed = require_node(indexes, from_name, on());
  renamed.name = to_name;
  remove_node(indexes, from_name, on());
  add_node(indexes, renamed, on());
}

std::vector<TakenName> RenameIndex::takes(const NameContext&) const { return {relation_name(schema, to_name)}; }

// Prisma Next 0.16 has no such method.
std::vector<js::Doc> RenameIndex::calls(CallContext& context) const {
  if (context.end.era == ContractEra::prisma_next) return {};
  return js::list(on_table("renameIndex", on(), named("from", from_name), named("to", to_name)));
}

std::vector<Operation> RenameIndex::recognised(const Claim& claim) {
  const auto from = claim.is("index") ? renamed_in(claim) : std::nullopt;
  if (!from) return {};
  return {RenameIndex{claim.schema(), claim.table(), *from, claim.name}};
}

FreedName RenameIndex::frees() { return {NameHolder::index, on(), from_name, &from_name}; }

template const OperationTraits& traits_of<RenameIndex>();

}  // namespace plinth
