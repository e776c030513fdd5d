#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP SEQUENCE, without CASCADE.
struct DropSequence {
  static constexpr std::string_view kind = "dropSequence";
  std::string schema = "public", sequence;
  bool leftover = false;  // an autoincrement column has drawn from it: until then it was a part of the column
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DropSequence::schema), field("sequence", &DropSequence::sequence),
                 field("leftover", &DropSequence::leftover)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return leftover ? Phase::tighten : Phase::drop_types; }
  std::string id() const { return "dropSequence." + sequence; }
  std::string label() const { return "Drop sequence " + q(sequence); }
  std::optional<Target> target() const { return Target{schema, "sequence", sequence, {}}; }
  std::vector<std::string> path() const { return {schema, sequence}; }
  Name name() const { return {schema, sequence}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext& context, Links& links) const;
  void disturbs(UnmanagedUses& uses) const { uses.drop_sequence(name()); }
  FreedName frees() { return {NameHolder::sequence, {schema, {}}, sequence}; }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_lineage | no_turning | no_loss | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
