#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE INDEX [CONCURRENTLY].
struct CreateIndex {
  static constexpr std::string_view kind = "createIndex";
  std::string schema = "public", table;
  Index definition;
  bool concurrently = false;  // outside of transactions, while others go on
  bool passing = false;       // the index is not the destination's own: a descriptor must say it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateIndex::schema), field("table", &CreateIndex::table),
                 field("definition", &CreateIndex::definition), field("concurrently", &CreateIndex::concurrently),
                 field("passing", &CreateIndex::passing)};

  /// By its columns, as the format knows an index; by its name, too, where it has one of its own.
  struct Thin {
    static constexpr std::string_view kind = "createIndex";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> index_name;
    bool concurrently = false;
    std::optional<Index> definition;
    bool passing = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema),     field("table", &Thin::table),
                   field("columns", &Thin::columns),       field("indexName", &Thin::index_name),
                   field("definition", &Thin::definition), field("concurrently", &Thin::concurrently),
                   field("passing", &Thin::passing)};
  };
  static constexpr std::string_view full_key = "definition";
  static std::vector<std::string> columns_of(const Index& index) {
    std::vector<std::string> out;
    for (const auto& k : index.keys) {
      if (k.column.empty()) return {};
      out.push_back(k.column);
    }
    return out;
  }
  /// Whether the columns alone say what the index is.
  static bool is_plain(const Index& index) {
    Index bare;
    bare.name = index.name;
    bare.named = index.named;
    for (const auto& k : index.keys) bare.keys.push_back({k.column, {}, {}, {}, false, {}});
    return bare == index && !columns_of(index).empty();
  }
  Thin thin() const {
    if (passing) return {schema, table, {}, {}, concurrently, definition, true};
    return {schema,
            table,
            columns_of(definition),
            is_plain(definition) ? stated_name(definition) : std::optional(definition.name),
            concurrently,
            {},
            false};
  }
  static CreateIndex resolve(const Thin& t, const Schema& destination) {
    const Index* found = find_described(destination_table(destination, {t.schema, t.table}).indexes, t.index_name,
                                        [&](const Index& i) { return columns_of(i) == t.columns; });
    if (found == nullptr) unresolved("table " + q(t.table) + " has no such index in the destination");
    return {t.schema, t.table, *found, t.concurrently, false};
  }

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::indexes; }
  std::string id() const { return "index." + table + "." + definition.name; }
  std::string label() const { return "Create index " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "index", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
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
  TransactionMode transaction() const { return concurrently ? TransactionMode::none : TransactionMode::shared; }
  void apply(Schema& s) const { add_node(require_table(s, on()).indexes, definition, on()); }
  Impact impact(const Schema&, int server_version) const {
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
};

}  // namespace plinth
