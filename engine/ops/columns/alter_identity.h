#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ADD, SET or DROP of GENERATED … AS IDENTITY, and SET of the options of its sequence.
struct AlterIdentity {
  static constexpr std::string_view kind = "alterIdentity";
  std::string schema = "public", table;
  std::string column;
  std::optional<Identity> from = {}, to = {};  // absent: no identity
  std::optional<SequenceOptions> from_options = {}, to_options = {};
  static constexpr auto fields = std::tuple{defaulted("schema", &AlterIdentity::schema),
                                            field("table", &AlterIdentity::table),
                                            field("column", &AlterIdentity::column),
                                            field("from", &AlterIdentity::from),
                                            field("to", &AlterIdentity::to),
                                            field("fromOptions", &AlterIdentity::from_options),
                                            field("toOptions", &AlterIdentity::to_options)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterIdentity." + table + "." + column; }
  std::string label() const { return "Alter identity of " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Sql action() const;
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
