#pragma once
// The answers of the catalogue put together into a schema. Internal to introspection.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "runner/introspect/catalog_queries.h"
#include "runner/introspect/introspect.h"

namespace plinth::catalog {

/// What later answers need of a column that the schema does not hold.
struct ColumnFacts {
  std::uint32_t number;
  Oid type, collation;
};

struct TableEntry {
  Table* table;
  std::string_view schema;
  std::size_t first_column = 0;  // in Assembly::facts
};

struct OperatorClass {
  Oid method, type;
  bool is_default;
  std::string name;
};

/// A table that is only referenced.
struct ForeignTable {
  Name name;
  std::unordered_map<std::uint32_t, std::string> columns;
};

/// A sequence that a column owns.
struct OwnedSequence {
  SequenceRow row;
  std::string default_text;  // what the default of its column is when it draws from the sequence
  bool used = false;
};

struct PairHash {
  std::size_t operator()(const std::pair<std::string_view, std::string_view>& p) const {
    return std::hash<std::string_view>()(p.first) * 31 + std::hash<std::string_view>()(p.second);
  }
  std::size_t operator()(const std::pair<Oid, Oid>& p) const {
    return std::hash<std::uint64_t>()((std::uint64_t{p.first} << 32U) | p.second);
  }
};

/// Of a list in the order of the query; NULL stands for a default.
std::optional<SequenceOptions> sequence_options(OptionalText list);
/// With the type of the sequence.
SequenceOptions sequence_options(const SequenceRow& row);

/// One pass over the answers, each in the order that the server sorted it in.
class Assembly {
 public:
  Assembly(const Catalog& catalog, std::vector<Result> answers) : catalog_(catalog), answers_(std::move(answers)) {}
  Introspection run() &&;

 private:
  template <class Row>
  const Result& answer(const CatalogQuery<Row>& query) const {
    return answers_.at(query.position);
  }
  template <class Row, class Read>
  void each(const CatalogQuery<Row>& query, Read read) const {
    const Result& r = answer(query);
    for (int row = 0, rows = r.rows(); row < rows; ++row) read(query.read(r, row));
  }

  void read_namespaces();
  void read_extensions();
  void read_operator_classes();
  void read_tables();
  void read_sequences();
  void read_columns();
  void read_enums();
  void read_indexes();
  void read_foreign_columns();
  void read_constraints();
  void read_policies();
  void read_views();
  void read_dependents();
  void read_unmodeled();

  TableEntry* find(Oid table);
  const std::string& type(std::string_view printed);
  /// `type` is one that `type()` gave: it is kept as a key.
  std::optional<Default> fallback(const std::string& type, std::string_view text);
  OwnedSequence* own_sequence(Oid table, Oid column, std::string_view text);
  const ColumnFacts* facts(const TableEntry& t, std::uint32_t number) const;
  const std::string& column_name(const TableEntry& t, std::uint32_t number) const;
  std::vector<std::string> column_names(const TableEntry& t, std::string_view key) const;
  std::optional<std::string> operator_class(Oid id, Oid column_type) const;
  std::vector<IndexKey> index_keys(const IndexRow& row, const TableEntry& t) const;
  std::optional<IndexRow> index_row(Oid index_id) const;
  std::vector<std::string> included(Oid index_id, const TableEntry& t) const;
  void add_index(const IndexRow& row);
  void add_primary_key(const ConstraintRow& row, TableEntry& t);
  void add_unique(const ConstraintRow& row, TableEntry& t);
  void add_foreign_key(const ConstraintRow& row, TableEntry& t);
  void add_sequence(const SequenceRow& row, std::optional<SequenceOwner> owner);
  void add_owned_sequences();
  Namespace* find_namespace(Oid id);
  void add_unmodeled(std::string kind, std::string_view schema, std::string name);

  const Catalog& catalog_;
  std::vector<Result> answers_;
  Introspection out_;
  std::unordered_map<Oid, std::size_t> namespaces_;  // to the position in the schema
  std::unordered_map<Oid, TableEntry> tables_;
  std::vector<ColumnFacts> facts_;
  std::unordered_map<std::string_view, std::string> types_;       // printed by the server → ours
  std::unordered_map<std::string, std::string> extension_types_;  // qualified → bare
  std::unordered_map<std::pair<std::string_view, std::string_view>, std::optional<Default>, PairHash> defaults_;
  std::unordered_multimap<std::pair<Oid, Oid>, OwnedSequence, PairHash> sequences_;  // by table and column
  std::unordered_map<Oid, OperatorClass> operator_classes_;
  std::unordered_set<std::pair<Oid, Oid>, PairHash> typed_defaults_;  // methods and types with a default class
  std::unordered_map<Oid, int> index_rows_;
  std::vector<bool> backing_;  // by row of indexes: whether the index belongs to a constraint
  std::unordered_map<Oid, ForeignTable> foreign_tables_;
  std::unordered_map<Oid, std::pair<std::string, std::size_t>> views_;  // to the schema and the position in it
  Oid last_id_ = 0;                                                     // answers come table by table
  TableEntry* last_ = nullptr;
};

/// The schema that the answers describe. O(rows).
inline Introspection assemble(const Catalog& catalog, std::vector<Result> answers) {
  return Assembly(catalog, std::move(answers)).run();
}

}  // namespace plinth::catalog
