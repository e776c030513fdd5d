#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP VIEW of one that comes back in the same transaction: what would restore it on this database, with its owner,
/// privileges and comments, is kept in a setting. A database that has no such view has nothing to do.
struct DetachView {
  static constexpr std::string_view kind = "detachView";
  std::string schema = "public";
  View definition;  // as it was when the plan was made
  /// It is restored with another query: its owner, privileges and comments are kept, and those of the listed columns.
  std::optional<std::vector<std::string>> kept_columns = {};
  static constexpr auto fields =
      std::tuple{defaulted("schema", &DetachView::schema), field("definition", &DetachView::definition),
                 field("keptColumns", &DetachView::kept_columns)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::drop_views; }
  std::string id() const { return "detachView." + definition.name; }
  std::string label() const { return "Detach view " + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "view", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  Name name() const { return {schema, definition.name}; }
  bool redefined() const { return kept_columns.has_value(); }
  Steps steps() const;
  /// What restores the view of this database, as one text of statements.
  Sql restoring_statements() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext&, Links& links) const;
  FreedName frees() { return {NameHolder::view, {schema, {}}, definition.name}; }
  void disturbs(UnmanagedUses& uses) const { uses.drop_view(name()); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_lineage | no_turning | no_loss | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
