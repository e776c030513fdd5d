#include "planner/history/detached_views.h"

#include <set>

#include "engine/ops/columns/rename_column.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/rename_type.h"
#include "engine/ops/views/detach_view.h"

namespace plinth {
namespace {

// The view with the names that what it needs had before these renames.
View before_renames(const View& view, const std::vector<const Operation*>& renames) {
  Schema alone;
  alone.namespaces = {{"", {}, {}, {}, {view}}};
  for (auto it = renames.rbegin(); it != renames.rend(); ++it) {
    if (const auto* table = get_if<RenameTable>(*it)) {
      rename_needed(alone, {ObjectKind::table, {table->schema, table->to_name}}, table->from_name);
    } else if (const auto* column = get_if<RenameColumn>(*it)) {
      rename_needed(alone, {ObjectKind::column, {column->schema, column->table, column->to_name}}, column->from_name);
    } else if (const auto* type = get_if<RenameType>(*it)) {
      rename_needed(alone, {ObjectKind::type, {type->schema, type->to_name}}, type->from_name);
    }
  }
  return alone.namespaces.front().views.front();
}

}  // namespace

std::vector<std::pair<Name, View>> detached_views(const std::vector<Operation>& operations) {
  std::vector<std::pair<Name, View>> out;
  std::vector<const Operation*> renames;
  std::set<Name> seen;
  for (const auto& op : operations) {
    if (lineage_change(op).moved) renames.push_back(&op);
    const auto* detach = get_if<DetachView>(&op);
    if (detach == nullptr || detach->redefined() || !seen.insert(detach->name()).second) continue;
    out.emplace_back(detach->name(), before_renames(detach->definition, renames));
  }
  // Views upon others are detached first.
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::pair<Name, View>> add_views(Schema& schema, const std::vector<std::pair<Name, View>>& views) {
  std::vector<std::pair<Name, View>> out;
  for (const auto& [name, view] : views) {
    Namespace* n = schema.find_namespace(name.schema);
    if (n == nullptr || find_sorted(n->views, view.name) != nullptr) continue;
    insert_sorted(n->views, view);
    out.emplace_back(name, view);
  }
  return out;
}

}  // namespace plinth
