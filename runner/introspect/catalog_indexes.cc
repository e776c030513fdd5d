#include "engine/sql/reading/scan.h"
#include "runner/introspect/catalog_assembly.h"
#include "runner/introspect/catalog_text.h"

namespace plinth::catalog {
namespace {

constexpr Oid default_collation = 100;
constexpr std::string_view default_collation_name = "pg_catalog.\"default\"";

/// The position of a word outside quotes and parentheses, or npos.
std::size_t find_outside(std::string_view sql, std::string_view word) {
  for (std::size_t i = 0; i < sql.size();) {
    if (sql.substr(i).starts_with(word)) return i;
    if (const std::size_t end = skip_quoted(sql, i); end != i) {
      i = end;
    } else if (sql[i] == '(') {
      i = std::min(skip_parenthesis(sql, i), sql.size());
    } else {
      ++i;
    }
  }
  return std::string_view::npos;
}

/// The keys of an index as its definition prints them: `CREATE INDEX i ON t USING btree (a, lower(b) COLLATE "C")`.
std::vector<std::string_view> printed_keys(std::string_view definition) {
  std::vector<std::string_view> out;
  const std::size_t open = definition.find('(', std::min(find_outside(definition, " USING "), definition.size()));
  if (open == std::string_view::npos) return out;
  const std::size_t close = skip_parenthesis(definition, open);
  split_top_level(definition.substr(open + 1, close - open - 2), ',',
                  [&](std::string_view key) { out.push_back(trim(key)); });
  return out;
}

/// The collation that a printed key names, qualified; nothing when it has that of its column or expression.
std::optional<std::string> printed_collation(std::string_view key) {
  constexpr std::string_view word = " COLLATE ";
  const std::size_t at = find_outside(key, word);
  if (at == std::string_view::npos) return {};
  key.remove_prefix(at + word.size());
  const std::string_view name = key.substr(0, find_outside(key, " "));
  const bool qualified = find_outside(name, ".") != std::string_view::npos;
  return (qualified ? "" : "pg_catalog.") + std::string(name);
}

}  // namespace

/// The class of an index key when it is not the one that the server would choose. Source: get_opclass_name of the
/// server: a default class of another type is not the default for a type that has one of its own.
std::optional<std::string> Assembly::operator_class(Oid id, Oid column_type) const {
  const auto found = operator_classes_.find(id);
  if (found == operator_classes_.end()) return {};
  const OperatorClass& c = found->second;
  if (c.is_default && (c.type == column_type || !typed_defaults_.contains({c.method, column_type}))) return {};
  return c.name;
}

std::vector<IndexKey> Assembly::index_keys(const IndexRow& row, const TableEntry& t) const {
  constexpr std::uint32_t descending = 1, nulls_first = 2;  // bits of indoption
  const auto columns = numbers(row.keys);
  const auto options = numbers(row.options);
  const auto classes = numbers(row.classes);
  const auto collations = numbers(row.collations);
  const auto printed = printed_keys(row.definition);
  const auto expressions = texts(row.expressions);
  std::vector<IndexKey> out(row.key_count);
  std::size_t next_expression = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    IndexKey& k = out[i];
    Oid column_type = 0;
    if (columns[i] == 0) {
      k.expression = Expression(unwrap(expressions.at(next_expression++)));
    } else if (const ColumnFacts* f = facts(t, columns[i])) {
      k.column = column_name(t, columns[i]);
      column_type = f->type;
      if (collations[i] == default_collation && f->collation != default_collation) k.collation = default_collation_name;
    }
    if (i < printed.size() && !k.collation) k.collation = printed_collation(printed[i]);
    k.opclass = operator_class(classes[i], column_type);
    k.descending = (options[i] & descending) != 0;
    const bool first = (options[i] & nulls_first) != 0;
    if (first != k.descending) k.nulls_first = first;
  }
  return out;
}

void Assembly::read_indexes() {
  index_rows_.reserve(static_cast<std::size_t>(answer(catalog_.indexes).rows()));
  int at = 0;
  each(catalog_.indexes, [&](const IndexRow& row) { index_rows_.emplace(row.id, at++); });
  backing_.resize(index_rows_.size());
}

std::optional<IndexRow> Assembly::index_row(Oid index_id) const {
  const auto found = index_rows_.find(index_id);
  if (found == index_rows_.end()) return {};
  return catalog_.indexes.read(answer(catalog_.indexes), found->second);
}

void Assembly::add_index(const IndexRow& row) {
  TableEntry* t = find(row.table);
  if (t == nullptr) return;
  Index& i = t->table->indexes.emplace_back();
  i.name = row.name;
  i.keys = index_keys(row, *t);
  i.include = included(row.id, *t);
  i.unique = row.unique;
  i.nulls_not_distinct = row.nulls_not_distinct;
  i.method = row.method;
  i.predicate = row.predicate ? std::optional(Expression(unwrap(*row.predicate))) : std::nullopt;
  i.options = texts(row.storage);
  i.invalid = !row.valid;
  if (row.class_options) add_unmodeled("operatorClassOptions", t->schema, i.name);
}

/// The INCLUDE columns of an index, which follow its keys.
std::vector<std::string> Assembly::included(Oid index_id, const TableEntry& t) const {
  std::vector<std::string> out;
  const auto row = index_row(index_id);
  if (!row) return out;
  const auto columns = numbers(row->keys);
  for (std::size_t i = row->key_count; i < columns.size(); ++i) out.push_back(column_name(t, columns[i]));
  return out;
}

}  // namespace plinth::catalog
