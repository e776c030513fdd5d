#include "planner/history/detached_views.h"

#include <set>

#include "engine/ops/views/detach_view.h"

namespace plinth {
namespace {

bool is_there(const Schema& schema, const ObjectId& need) {
  const Name name{need.path[0], need.path[1]};
  const Table* t = schema.find_table(name);
  if (need.kind == ObjectKind::table) return t != nullptr;
  if (need.kind == ObjectKind::column) return t != nullptr && find_named(t->columns, need.path[2]) != nullptr;
  return need.kind != ObjectKind::view || schema.find_view(name) != nullptr;
}

}  // namespace

std::vector<std::pair<Name, View>> detached_views(const std::vector<Operation>& operations) {
  std::vector<std::pair<Name, View>> out;
  std::set<Name> seen;
  for (const auto& op : operations) {
    const auto* detach = get_if<DetachView>(&op);
    if (detach == nullptr || detach->redefined || !seen.insert(detach->name()).second) continue;
    out.emplace_back(detach->name(), detach->definition);
  }
  // Views upon others are detached first.
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::pair<Name, View>> add_views(Schema& schema, const std::vector<std::pair<Name, View>>& views) {
  std::vector<std::pair<Name, View>> out;
  for (const auto& [name, view] : views) {
    Namespace* n = schema.find_namespace(name.schema);
    const bool fits =
        n != nullptr && find_sorted(n->views, view.name) == nullptr &&
        std::all_of(view.needs.begin(), view.needs.end(), [&](const ObjectId& need) { return is_there(schema, need); });
    if (!fits) continue;
    insert_sorted(n->views, view);
    out.emplace_back(name, view);
  }
  return out;
}

}  // namespace plinth
