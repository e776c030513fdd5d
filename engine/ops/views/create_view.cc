#include "engine/ops/views/create_view.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/views/view_parts.h"

namespace plinth {

Steps CreateView::steps() const {
  const std::string what = "view " + q(definition.name);
  if (replaces) {
    return {{relation_exists("ensure " + what + " exists", name())},
            {statement("replace " + what, create_view_sql(name(), definition, true))},
            {}};
  }
  return {{relation_absent("ensure " + what + " does not exist", name())},
          {statement("create " + what, create_view_sql(name(), definition, false))},
          {relation_exists("verify " + what + " exists", name())}};
}

void CreateView::apply(Schema& s) const {
  auto& views = require_namespace(s, schema).views;
  View* found = find_sorted(views, definition.name);
  if (replaces && (found == nullptr || found->detached)) {
    not_applicable("view " + q(definition.name) + " does not exist");
  }
  if (!replaces && found != nullptr) not_applicable("view " + q(definition.name) + " exists already");
  require_needed(s, definition);
  if (found != nullptr) {
    *found = definition;
  } else {
    insert_sorted(views, definition);
  }
}

Impact CreateView::impact(const Schema&, int) const {
  Impact out = replaces ? momentary(name()) : Impact{};
  const Impact reads = reading(definition);
  out.locks.insert(out.locks.end(), reads.locks.begin(), reads.locks.end());
  return out;
}

void CreateView::link(const LinkContext& context, Links& links) const {
  links.makes = {view_object(name())};
  links.needs = needed_objects(definition);
  const View* before = replaces ? context.actual.find_view(name()) : nullptr;
  if (before == nullptr) return;
  for (auto& object : needed_objects(*before)) {
    if (std::find(links.needs.begin(), links.needs.end(), object) == links.needs.end()) {
      links.releases.push_back(std::move(object));
    }
  }
}

std::vector<TakenName> CreateView::takes(const NameContext&) const {
  return replaces ? std::vector<TakenName>{} : table_names(name());
}

template const OperationTraits& traits_of<CreateView>();

}  // namespace plinth
