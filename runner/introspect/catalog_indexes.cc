#include "engine/sql/scan.h"
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

std::vector<IndexKey> Assembly::index_keys(const Result& r, int row, const TableEntry& t) const {
  constexpr std::uint32_t descending = 1, nulls_first = 2;  // bits of indoption
  const auto columns = numbers(r.at(row, ix_keys));
  const auto options = numbers(r.at(row, ix_options));
  const auto classes = numbers(r.at(row, ix_classes));
  const auto collations = numbers(r.at(row, ix_collations));
  const auto printed = printed_keys(r.at(row, ix_definition));
  const auto expressions = texts(r.at(row, ix_expressions));
  std::vector<IndexKey> out(number(r.at(row, ix_key_count)));
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
  backing_.resize(static_cast<std::size_t>(at(Part::indexes).rows()));
  index_rows_.reserve(backing_.size());
  each(Part::indexes, [&](const Result& r, int row) { index_rows_.emplace(number(r.at(row, ix_oid)), row); });
}

void Assembly::add_index(int row) {
  const Result& r = at(Part::indexes);
  TableEntry* t = find(number(r.at(row, ix_table)));
  if (t == nullptr) return;
  Index& i = t->table->indexes.emplace_back();
  i.name = r.at(row, ix_name);
  i.keys = index_keys(r, row, *t);
  i.include = included(number(r.at(row, ix_oid)), *t);
  i.unique = boolean(r.at(row, ix_unique));
  i.nulls_not_distinct = boolean(r.at(row, ix_nulls_not_distinct));
  i.method = r.at(row, ix_method);
  if (!r.is_null(row, ix_predicate)) i.predicate = Expression(unwrap(r.at(row, ix_predicate)));
  i.options = texts(r.at(row, ix_storage));
  i.invalid = !boolean(r.at(row, ix_valid));
  if (boolean(r.at(row, ix_class_options))) add_unmodeled("operatorClassOptions", t->schema, i.name);
}

/// The INCLUDE columns of an index, which follow its keys.
std::vector<std::string> Assembly::included(Oid index_id, const TableEntry& t) const {
  std::vector<std::string> out;
  const auto found = index_rows_.find(index_id);
  if (found == index_rows_.end()) return out;
  const Result& r = at(Part::indexes);
  const auto columns = numbers(r.at(found->second, ix_keys));
  for (std::size_t i = number(r.at(found->second, ix_key_count)); i < columns.size(); ++i) {
    out.push_back(column_name(t, columns[i]));
  }
  return out;
}

}  // namespace plinth::catalog
