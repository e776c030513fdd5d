#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE SEQUENCE. The column that is to own it comes later, with AlterSequence.
struct CreateSequence {
  static constexpr std::string_view kind = "createSequence";
  std::string schema = "public";
  Sequence definition;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateSequence::schema), field("definition", &CreateSequence::definition)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_types; }
  std::string id() const { return "createSequence." + definition.name; }
  std::string label() const { return "Create sequence " + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "sequence", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  Name name() const { return {schema, definition.name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  void link(const LinkContext&, Links& links) const { links.makes = {sequence_object(name())}; }
  std::vector<TakenName> takes(const NameContext&) const { return {relation_name(schema, definition.name)}; }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_calls |
                                       no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
