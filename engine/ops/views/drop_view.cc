#include "engine/ops/views/drop_view.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/views/view_parts.h"

namespace plinth {

Steps DropView::steps() const {
  const std::string what = "view " + q(view);
  return {{relation_exists("ensure " + what + " exists", name())},
          {statement("drop " + what, Sql("DROP VIEW {}", name()))},
          {relation_absent("verify " + what + " does not exist", name())}};
}

void DropView::apply(Schema& s) const {
  auto& views = require_namespace(s, schema).views;
  const View* found = find_sorted(views, view);
  if (found == nullptr) not_applicable("view " + q(view) + " does not exist");
  refuse_needed(s, view_object(name()));
  views.erase(views.begin() + (found - views.data()));
}

Impact DropView::impact(const Schema&, int) const {
  Impact out = momentary(name());
  out.breaks = "queries that use view " + q(view) + " fail from now on";
  return out;
}

void DropView::link(const LinkContext& context, Links& links) const {
  const View* before = context.actual.find_view(name());
  links.end(view_object(name()), before);
  if (before != nullptr) links.releases = needed_objects(*before);
}

template const OperationTraits& traits_of<DropView>();

}  // namespace plinth
