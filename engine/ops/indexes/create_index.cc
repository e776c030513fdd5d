#include "engine/ops/indexes/create_index.h"

#include "engine/ops/define_operation.h"
#include "engine/sql/ddl.h"

namespace plinth {

std::vector<std::string> CreateIndex::columns_of(const Index& index) {
  std::vector<std::string> out;
  for (const auto& k : index.keys) {
    if (k.column.empty()) return {};
    out.push_back(k.column);
  }
  return out;
}

bool CreateIndex::is_plain(const Index& index) {
  Index bare;
  bare.name = index.name;
  bare.named = index.named;
  for (const auto& k : index.keys) bare.keys.push_back(IndexKey::of(k.column));
  return bare == index && !columns_of(index).empty();
}

CreateIndex::Thin CreateIndex::thin() const {
  if (temporary) return {schema, table, {}, {}, concurrently, definition, true};
  return {schema,
          table,
          columns_of(definition),
          is_plain(definition) ? stated_name(definition) : std::optional(definition.name),
          concurrently,
          {},
          false};
}

CreateIndex CreateIndex::resolve(const Thin& t, const Schema& destination) {
  const Index* found = find_described(destination_table(destination, {t.schema, t.table}).indexes, t.index_name,
                                      [&](const Index& i) { return columns_of(i) == t.columns; });
  if (found == nullptr) unresolved("table " + q(t.table) + " has no such index in the destination");
  return {t.schema, t.table, *found, t.concurrently, false};
}

Steps CreateIndex::steps() const {
  const Name name{schema, definition.name};
  const std::string what = "index " + q(definition.name);
  const Sql unique = definition.unique ? Sql("UNIQUE ") : Sql("");
  if (concurrently) {
    return {{index_absent_or_invalid("ensure " + what + " does not exist, or is invalid", name)},
            {statement("drop what a failed run left of " + what, Sql("DROP INDEX CONCURRENTLY IF EXISTS {}", name)),
             statement("create " + what, Sql("CREATE {}INDEX CONCURRENTLY {}", unique, index_sql(definition, on())))},
            {index_valid("verify " + what + " is valid", name)}};
  }
  return {{relation_absent("ensure " + what + " does not exist", name)},
          {statement("create " + what, Sql("CREATE {}INDEX {}", unique, index_sql(definition, on())))},
          {relation_exists("verify " + what + " exists", name)}};
}

Impact CreateIndex::impact(const Schema&, int server_version) const {
  Impact out = reading(on(), concurrently ? LockLevel::share_update_exclusive : LockLevel::share);
  if (definition.unique) out.fails = refusal_of_duplicates(definition.nulls_not_distinct, server_version);
  if (concurrently) {
    out.commits = "runs outside of transactions; when it fails, an invalid index is left for the next run to drop";
  } else {
    out.safer = "CREATE INDEX CONCURRENTLY";
    out.online = true;
  }
  return out;
}

void CreateIndex::link(const LinkContext&, Links& links) const {
  if (!definition.unique) return;
  std::vector<std::string> columns;
  for (const auto& k : definition.keys) columns.push_back(k.column);
  links.makes = {key_object(on(), std::move(columns))};
}

std::vector<TakenName> CreateIndex::takes(const NameContext&) const { return {relation_name(schema, definition.name)}; }

void CreateIndex::online(std::vector<Operation>& out, bool) const {
  CreateIndex op = *this;
  op.concurrently = true;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> CreateIndex::calls(CallContext& context) const {
  const Index& i = definition;
  const auto columns = CreateIndex::columns_of(i);
  const auto is_bare = [](const IndexKey& k) { return k == IndexKey::of(k.column); };
  const bool later = context.end.era == ContractEra::prisma_8;
  const bool has_columns = !columns.empty() && std::all_of(i.keys.begin(), i.keys.end(), is_bare);
  const bool has_expression = later && i.keys.size() == 1 && i.keys.front().verbatim;
  if (!i.include.empty() || i.nulls_not_distinct || concurrently || !(has_columns || has_expression)) return {};
  if (!later && (i.unique || i.predicate)) return {};
  Members members = {named("schema", schema), named("table", table), named("index", i.name)};
  members.push_back(has_columns ? js::Property{"columns", js::strings(columns)}
                                : named("expression", i.keys.front().expression.text));
  Members extras, options;
  if (i.method != Index{}.method) extras.push_back(named("type", i.method));
  for (const auto& o : i.options) options.push_back(index_option(o));
  if (!options.empty()) extras.push_back({"options", js::data(std::move(options))});
  if (i.predicate) extras.push_back(named("where", i.predicate->text));
  if (i.unique) extras.push_back({"unique", js::text("true")});
  if (!extras.empty()) members.push_back({"extras", js::object(std::move(extras))});
  return js::list(method("createIndex", std::move(members)));
}

std::vector<Operation> CreateIndex::recognised(const Claim& claim) {
  if (!(claim.is("index") && claim.prefix != "dropIndex")) return {};
  return claim.made_of<CreateIndex>(&Table::indexes);
}

template const OperationTraits& traits_of<CreateIndex>();

}  // namespace plinth
