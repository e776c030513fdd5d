#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER SEQUENCE of the one that an autoincrement column owns, whatever it is named: the type follows that of the
/// column, and the options change.
struct AlterOwnedSequence {
  static constexpr std::string_view kind = "alterOwnedSequence";
  std::string schema = "public", table, column;
  std::optional<SequenceOptions> from = {}, to = {};  // with the types of the sequence
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AlterOwnedSequence::schema), field("table", &AlterOwnedSequence::table),
                 field("column", &AlterOwnedSequence::column), field("from", &AlterOwnedSequence::from),
                 field("to", &AlterOwnedSequence::to)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterOwnedSequence." + table + "." + column; }
  std::string label() const { return "Alter the sequence of " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
