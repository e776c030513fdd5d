#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE VIEW, or CREATE OR REPLACE VIEW of one that exists. The latter has no postcheck: the view of before would
/// satisfy it.
struct CreateView {
  static constexpr std::string_view kind = "createView";
  std::string schema = "public";
  View definition;
  bool replaces = false;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateView::schema), field("definition", &CreateView::definition),
                 field("replaces", &CreateView::replaces)};

  OperationClass operation_class() const { return replaces ? OperationClass::widening : OperationClass::additive; }
  Phase phase() const { return Phase::views; }
  std::string id() const { return "createView." + definition.name; }
  std::string label() const { return (replaces ? "Replace view " : "Create view ") + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "view", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  Name name() const { return {schema, definition.name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void link(const LinkContext& context, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  Mentions mentions() const { return mentions_of(definition); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_calls |
                                       no_type_change | no_recognition;
};

}  // namespace plinth
