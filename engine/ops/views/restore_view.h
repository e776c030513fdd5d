#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// Makes a detached view again, with its owner, privileges and comments: as it was on this database, or, when it is
/// redefined, with another query. A database that had no such view has nothing to do.
struct RestoreView {
  static constexpr std::string_view kind = "restoreView";
  std::string schema = "public";
  View definition;  // as it is when the plan has run
  bool redefined = false;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RestoreView::schema), field("definition", &RestoreView::definition),
                 field("redefined", &RestoreView::redefined)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return redefined ? Phase::views : Phase::alter_types; }
  std::string id() const { return "restoreView." + definition.name; }
  std::string label() const { return "Restore view " + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "view", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  Name name() const { return {schema, definition.name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext&, Links& links) const;
  Mentions mentions() const { return redefined ? mentions_of(definition) : Mentions(); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition;
};

}  // namespace plinth
