// Keys and what references them must keep types that compare.
#include <map>

#include "planner/plan/rules/keys.h"
#include "planner/types/casts.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

struct End {
  Name table;
  const Column* column = nullptr;
  std::string text() const { return q(table.name) + "." + q(column->name); }
  std::string typed() const { return text() + " (" + column->type + ")"; }
};

// One column of a foreign key and the column that it references.
struct Link {
  End from, to;
};

End end_of(const Schema& schema, const Name& table, const std::string& column) {
  const Table* found = schema.find_table(table);
  return {table, found != nullptr ? find_named(found->columns, column) : nullptr};
}

// Links between columns of different types whose two ends a schema knows. O(foreign keys * log tables).
template <class F>
void each_uneven_link(const Schema& schema, F f) {
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& fk : t.foreign_keys) {
        for (std::size_t i = 0; i < fk.columns.size() && i < fk.referenced_columns.size(); ++i) {
          const Link link{end_of(schema, {n.name, t.name}, fk.columns[i]),
                          end_of(schema, fk.references(), fk.referenced_columns[i])};
          if (link.from.column == nullptr || link.to.column == nullptr) continue;
          if (link.from.column->type != link.to.column->type) f(link);
        }
      }
    }
  }
}

using Path = std::vector<std::string>;
Path path_of(const End& e) { return {e.table.schema, e.table.name, e.column->name}; }

}  // namespace

void refuse_unlike_keys(Draft& draft) {
  std::map<Path, std::vector<Link>> unlike;
  each_uneven_link(draft.expected, [&](const Link& link) {
    const ValueType column = value_type(draft.expected, link.from.column->type);
    if (!can_reference(column, value_type(draft.expected, link.to.column->type))) {
      unlike[path_of(link.to)].push_back(link);
    }
  });
  for (const auto& [path, links] : unlike) {
    std::string columns, alone;
    for (const auto& l : links) {
      columns.append(columns.empty() ? "" : ", ").append(l.from.typed());
      alone.append(alone.empty() ? "" : ", ").append(l.from.text());
    }
    const End& key = links.front().to;
    draft.conflicts.push_back({ConflictKind::type_mismatch,
                               "Key " + key.typed() + " has another type than what references it: " + columns,
                               "Postgres has no operator that compares the two types, so that the foreign keys cannot "
                               "exist once one side alone has changed.",
                               "Give " + alone + " the type " + key.column->type +
                                   " in the same change; or remove the foreign keys first, and add them again in a "
                                   "change that follows.",
                               path});
  }
}

std::vector<TypeRemark> type_remarks(const Schema& after, const ChangedTypes& changed) {
  std::vector<TypeRemark> out;
  if (changed.empty()) return out;
  each_uneven_link(after, [&](const Link& link) {
    const WholeRange *column = whole_range(link.from.column->type), *key = whole_range(link.to.column->type);
    if (column == nullptr || key == nullptr || column->digits >= key->digits) return;
    if (changed.count(path_of(link.to)) == 0) return;
    out.push_back({path_of(link.to), link.from.text() + " stays " + link.from.column->type +
                                         ": it cannot reference keys beyond " + std::string(column->high)});
  });
  for (const auto& [path, change] : changed) {
    const End now = end_of(after, {path[0], path[1]}, path[2]);
    if (now.column == nullptr || !asks_for_time_zone(change.before, now.column->type)) continue;
    out.push_back({path, "the values of " + now.text() +
                             " are taken to be times of the session's TimeZone: set it, or say the zone with `using`"});
  }
  return out;
}

}  // namespace plinth
