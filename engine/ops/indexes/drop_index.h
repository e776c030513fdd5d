#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP INDEX.
struct DropIndex {
  static constexpr std::string_view kind = "dropIndex";
  std::string schema = "public", table;
  std::string index_name;
  bool concurrently = false;  // outside of transactions, while others go on
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropIndex::schema), field("table", &DropIndex::table),
                 field("indexName", &DropIndex::index_name), field("concurrently", &DropIndex::concurrently)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::unblock; }
  std::string id() const { return "dropIndex." + table + "." + index_name; }
  std::string label() const { return "Drop index " + q(index_name); }
  std::optional<Target> target() const { return Target{schema, "index", index_name, table}; }
  std::vector<std::string> path() const { return {schema, table, index_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  TransactionMode transaction() const { return concurrently ? TransactionMode::non_tx : TransactionMode::in_tx; }
  void apply(Schema& s) const { remove_node(require_table(s, on()).indexes, index_name, on()); }
  Impact impact(const Schema&, int) const;

  void disturbs(UnmanagedUses& uses) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  FreedName frees();
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_links | no_taking | no_lineage |
                                       no_turning | no_loss | no_type_change | no_mentions;
};

}  // namespace plinth
