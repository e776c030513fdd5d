#pragma once
// What introspection asks the catalogue. Each query stands with the columns that it selects, bound to a row. Internal
// to introspection.
#include <string>
#include <vector>

#include "runner/introspect/catalog_query.h"
#include "runner/introspect/catalog_selection.h"

namespace plinth::catalog {

using Text = std::string_view;
using OptionalText = std::optional<std::string_view>;

struct NamespaceRow {
  Oid id;
  Text name;
};
struct ExtensionRow {
  Text name, schema;
  OptionalText version;
  bool relocatable;
  Text types;
};
struct ExtensionTypeRow {
  Text printed, bare;
};
struct OperatorClassRow {
  Oid id, method, type;
  bool is_default;
  Text printed;
};
struct TableRow {
  Oid id, name_space;
  Text name;
  bool row_security, force_row_security;
  OptionalText unmodeled;  // kinds of properties that the model lacks
};
struct ColumnRow {
  Oid table, number;
  Text name, type;
  bool not_null;
  Text identity, generated;
  Oid type_id, collation_id;
  OptionalText collation;  // printed; null when it is the type's own
  OptionalText fallback, identity_options, unmodeled;
};
struct EnumRow {
  Oid name_space;
  Text name;
  OptionalText label;
};
/// Any sequence but those behind identity columns. `owner` and `owner_column` are 0 for one that no column owns.
struct SequenceRow {
  Oid id, name_space;
  Text schema, name, printed, type;
  OptionalText options;
  Oid owner, owner_column;
  bool selected;
};
struct ConstraintRow {
  Oid table;
  Text name, kind;
  bool deferrable, deferred, validated, no_inherit;
  Oid index, references;
  Text on_update, on_delete, match, key, referenced_key, check;
  OptionalText unmodeled;
};
struct ForeignColumnRow {
  Oid table;
  Text schema, name;
  Oid number;
  Text column;
};
struct IndexRow {
  Oid id, table;
  Text name;
  bool unique, valid, nulls_not_distinct;
  Oid key_count;
  Text keys, options, classes, collations, method, storage;
  OptionalText predicate;
  Text expressions, definition;  // the definition only where it must be searched for collations
  bool class_options;
};
struct PolicyRow {
  Oid table;
  Text name, command;
  bool permissive;
  Text roles;
  OptionalText using_expression, check_expression;
};
struct ViewRow {
  Oid id, name_space;
  Text name, query, options, column_names, column_types;
};
/// Something that the query of a view needs; `part` is the column or the constraint of a table, and what a function
/// takes: `(integer, text)`.
struct ViewNeedRow {
  Oid view;
  Text kind, schema, name;
  OptionalText part;
};
/// Something that the model does not hold and that needs a table or a view, or a column of it.
struct DependentRow {
  Oid relation, column;
  Text kind, schema, name;
  bool belongs;
};
/// Something that the model does not hold and that needs an enum type.
struct TypeDependentRow {
  Text type_schema, type, kind, schema, name;
};
struct UnmodeledRow {
  Text kind, schema, name;
  OptionalText count;
};

CatalogQuery<DependentRow> ask_dependents(const Selection& s);
CatalogQuery<TypeDependentRow> ask_type_dependents(const Selection& s);
/// Every object that the schema model does not hold: its kind, its schema, its name, and, where objects of a kind are
/// counted only, their number.
CatalogQuery<UnmodeledRow> ask_unmodeled(const Selection& s);

/// Everything that one introspection asks, in order; the answers come in the same order.
class Catalog {
 public:
  /// `schemas` as in IntrospectOptions.
  Catalog(int server_version, bool in_transaction, const std::vector<std::string>& schemas);
  std::vector<Query> queries() && { return std::move(queries_); }

 private:
  template <class Row>
  CatalogQuery<Row> ask(CatalogQuery<Row> query) {
    query.position = queries_.size();
    queries_.push_back({query.text().text(), {}});
    return query;
  }
  Selection selection_;
  std::vector<Query> queries_;  // first the beginning of the snapshot, and its settings

 public:
  const CatalogQuery<NamespaceRow> namespaces;
  const CatalogQuery<ExtensionRow> extensions;
  const CatalogQuery<ExtensionTypeRow> extension_types;
  const CatalogQuery<OperatorClassRow> operator_classes;
  const CatalogQuery<TableRow> tables;
  const CatalogQuery<ColumnRow> columns;
  const CatalogQuery<EnumRow> enums;
  const CatalogQuery<SequenceRow> sequences;
  const CatalogQuery<ConstraintRow> constraints;
  const CatalogQuery<ForeignColumnRow> foreign_columns;
  const CatalogQuery<IndexRow> indexes;
  const CatalogQuery<PolicyRow> policies;
  const CatalogQuery<ViewRow> views;
  const CatalogQuery<ViewNeedRow> view_needs;
  const CatalogQuery<DependentRow> dependents;
  const CatalogQuery<TypeDependentRow> type_dependents;
  const CatalogQuery<UnmodeledRow> unmodeled;
};

/// What ends the snapshot, also after a failure; inside a transaction, it takes back the settings.
std::vector<Query> closing_queries(bool in_transaction);

}  // namespace plinth::catalog
