#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP VIEW, without CASCADE.
struct DropView {
  static constexpr std::string_view kind = "dropView";
  std::string schema = "public", view;
  static constexpr auto fields = std::tuple{defaulted("schema", &DropView::schema), field("view", &DropView::view)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_views; }
  std::string id() const { return "dropView." + view; }
  std::string label() const { return "Drop view " + q(view); }
  std::optional<Target> target() const { return Target{schema, "view", view, {}}; }
  std::vector<std::string> path() const { return {schema, view}; }
  Name name() const { return {schema, view}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void link(const LinkContext& context, Links& links) const;
  FreedName frees() { return {NameHolder::view, {schema, {}}, view}; }
  void disturbs(UnmanagedUses& uses) const { uses.drop_view(name()); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_lineage | no_turning | no_loss | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

}  // namespace plinth
