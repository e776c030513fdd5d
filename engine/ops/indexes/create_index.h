#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE INDEX [CONCURRENTLY].
struct CreateIndex {
  static constexpr std::string_view kind = "createIndex";
  std::string schema = "public", table;
  Index definition;
  bool concurrently = false;  // outside of transactions, while others go on
  bool temporary = false;     // the index is not the destination's own: a descriptor must say it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateIndex::schema), field("table", &CreateIndex::table),
                 field("definition", &CreateIndex::definition), field("concurrently", &CreateIndex::concurrently),
                 field("passing", &CreateIndex::temporary)};

  /// By its columns, as the format knows an index; by its name, too, where it has one of its own.
  struct Thin {
    static constexpr std::string_view kind = "createIndex";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> index_name;
    bool concurrently = false;
    std::optional<Index> definition;
    bool temporary = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema),     field("table", &Thin::table),
                   field("columns", &Thin::columns),       field("indexName", &Thin::index_name),
                   field("definition", &Thin::definition), field("concurrently", &Thin::concurrently),
                   field("passing", &Thin::temporary)};
  };
  static constexpr std::string_view full_key = "definition";
  static std::vector<std::string> columns_of(const Index& index);
  /// Whether the columns alone say what the index is.
  static bool is_plain(const Index& index);
  Thin thin() const;
  static CreateIndex resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::indexes; }
  std::string id() const { return "index." + table + "." + definition.name; }
  std::string label() const { return "Create index " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "index", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  TransactionMode transaction() const { return concurrently ? TransactionMode::non_tx : TransactionMode::in_tx; }
  void apply(Schema& s) const { add_node(require_table(s, on()).indexes, definition, on()); }
  Impact impact(const Schema&, int server_version) const;

  void link(const LinkContext&, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  Mentions mentions() const { return mentions_of(definition); }
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_freeing | no_disturbing |
                                       no_lineage | no_turning | no_loss | no_type_change;
};

}  // namespace plinth
