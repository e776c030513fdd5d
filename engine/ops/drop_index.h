#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    const Name name{schema, index_name};
    const std::string what = "index " + q(index_name);
    return {{relation_exists("ensure " + what + " exists", name)},
            {statement("drop " + what, Sql("DROP INDEX {}{}", concurrently ? Sql("CONCURRENTLY ") : Sql(""), name))},
            {relation_absent("verify " + what + " does not exist", name)}};
  }
  TransactionMode transaction() const { return concurrently ? TransactionMode::none : TransactionMode::shared; }
  void apply(Schema& s) const { remove_node(require_table(s, on()).indexes, index_name, on()); }
  Impact impact(const Schema&, int) const {
    if (concurrently) return momentary(on(), LockLevel::share_update_exclusive);
    Impact out = momentary(on());
    out.safer = "DROP INDEX CONCURRENTLY";
    out.online = true;
    return out;
  }
};

}  // namespace plinth
