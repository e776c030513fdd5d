#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER INDEX … RENAME TO.
struct RenameIndex {
  static constexpr std::string_view kind = "renameIndex";
  std::string schema = "public", table;
  std::string from_name, to_name;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameIndex::schema), field("table", &RenameIndex::table),
                 field("fromName", &RenameIndex::from_name), field("toName", &RenameIndex::to_name)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::rename; }
  std::string id() const { return "renameIndex." + table + "." + from_name; }
  std::string label() const { return "Rename index " + q(from_name) + " to " + q(to_name); }
  std::optional<Target> target() const { return Target{schema, "index", to_name, table}; }
  std::vector<std::string> path() const { return {schema, table, from_name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return momentary({schema, from_name}, LockLevel::share_update_exclusive); }

  std::vector<TakenName> takes(const NameContext&) const;
  FreedName frees();
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_type_change |
                                       no_mentions;
};

}  // namespace plinth
