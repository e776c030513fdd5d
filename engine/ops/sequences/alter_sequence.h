#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER SEQUENCE: other options, another owner.
struct AlterSequence {
  static constexpr std::string_view kind = "alterSequence";
  std::string schema = "public", sequence;
  SequenceOptions from_options = {}, to_options = {};
  std::optional<SequenceOwner> from_owner = {}, to_owner = {};
  static constexpr auto fields = std::tuple{defaulted("schema", &AlterSequence::schema),
                                            field("sequence", &AlterSequence::sequence),
                                            defaulted("fromOptions", &AlterSequence::from_options),
                                            defaulted("toOptions", &AlterSequence::to_options),
                                            field("fromOwner", &AlterSequence::from_owner),
                                            field("toOwner", &AlterSequence::to_owner)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterSequence." + sequence; }
  std::string label() const { return "Alter sequence " + q(sequence); }
  std::optional<Target> target() const { return Target{schema, "sequence", sequence, {}}; }
  std::vector<std::string> path() const { return {schema, sequence}; }
  Name name() const { return {schema, sequence}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext&, Links& links) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
