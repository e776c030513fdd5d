#include "planner/plan/rules/views.h"

#include <map>

#include "engine/names.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/sequences/drop_sequence.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "engine/ops/views/create_view.h"
#include "engine/ops/views/detach_view.h"
#include "engine/ops/views/drop_view.h"
#include "engine/ops/views/restore_view.h"
#include "engine/sql/type_name.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

struct PlannedView {
  Name name;
  const View* actual = nullptr;
  const View* expected = nullptr;
  bool goes = false;                                 // it must be out of the way for a while, or for good
  std::vector<Dependent> Draft::*refused = nullptr;  // it goes, and cannot come back
};

/// What the plan does to what views read.
struct Disturbed {
  std::set<ObjectId> changed;  // comes back, or is another thing afterwards
  std::set<ObjectId> unlike;   // of these: values compare or print in another way afterwards
  std::set<ObjectId> lost;     // gone for good
};

bool keeps_labels(const Enum& before, const Enum& after) {
  return std::all_of(before.values.begin(), before.values.end(),
                     [&](const std::string& v) { return plinth::holds(after.values, v); });
}

// Whether values leave the enum that a column has.
bool loses_labels(const Draft& d, const std::string& type) {
  const auto own = user_type(element_type(type));
  const Enum* before = own ? d.actual.find_enum({own->schema, own->name}) : nullptr;
  const Enum* after = own ? d.expected.find_enum({own->schema, own->name}) : nullptr;
  return before != nullptr && after != nullptr && !keeps_labels(*before, *after);
}

void note(Disturbed& out, const Draft& d, const AlterColumnType& op) {
  const ObjectId column = column_object(op.on(), op.column);
  out.changed.insert(column);
  const Table *before = d.actual.find_table(op.on()), *after = d.expected.find_table(op.on());
  const Column* was = before != nullptr ? find_named(before->columns, op.column) : nullptr;
  const Column* is = after != nullptr ? find_named(after->columns, op.column) : nullptr;
  const bool alike = was != nullptr && is != nullptr && was->collation == is->collation &&
                     (was->type == is->type || reads_alike(was->type, is->type));
  if (!alike || loses_labels(d, was->type)) out.unlike.insert(column);
}

// A type that is made anew has the same name on both sides.
void note(Disturbed& out, const Draft& d, const DropEnumType& op) {
  const ObjectId type{ObjectKind::type, {op.schema, op.type_name}};
  if (d.expected.find_enum(op.type()) == nullptr) out.lost.insert(type);
}

// A key by which a view groups. One that comes back is made after all types have changed.
void note(Disturbed& out, const Draft& d, const DropConstraint& op) {
  const Table* after = d.expected.find_table(op.on());
  const bool comes_back = after != nullptr && after->primary_key && after->primary_key->name == op.constraint_name;
  (comes_back ? out.changed : out.lost).insert({ObjectKind::constraint, {op.schema, op.table, op.constraint_name}});
}

void note_rebuilt_types(Disturbed& out, const Draft& d) {
  for (const auto& p : d.operations) {
    const auto* rename = get_if<RenameType>(&p.operation);
    if (rename == nullptr) continue;
    for (const auto& name : {rename->from_name, rename->to_name}) {
      const Enum *before = d.actual.find_enum({rename->schema, name}),
                 *after = d.expected.find_enum({rename->schema, name});
      if (before == nullptr || after == nullptr || *before == *after) continue;
      const ObjectId type{ObjectKind::type, {rename->schema, name}};
      out.changed.insert(type);
      if (!keeps_labels(*before, *after)) out.unlike.insert(type);
    }
  }
}

Disturbed disturbed_by(const Draft& d) {
  Disturbed out;
  note_rebuilt_types(out, d);
  for (const auto& p : d.operations) {
    if (const auto* alter = get_if<AlterColumnType>(&p.operation)) {
      note(out, d, *alter);
    } else if (const auto* column = get_if<DropColumn>(&p.operation)) {
      const Table* after = d.expected.find_table(column->on());
      const bool comes_again = after != nullptr && find_named(after->columns, column->column) != nullptr;
      (comes_again ? out.changed : out.lost).insert(column_object(column->on(), column->column));
    } else if (const auto* key = get_if<DropConstraint>(&p.operation)) {
      note(out, d, *key);
    } else if (const auto* table = get_if<DropTable>(&p.operation)) {
      out.lost.insert(table_object(table->on()));
    } else if (const auto* type = get_if<DropEnumType>(&p.operation)) {
      note(out, d, *type);
    } else if (const auto* sequence = get_if<DropSequence>(&p.operation)) {
      out.lost.insert(sequence_object(sequence->name()));
    }
  }
  return out;
}

bool holds(const std::set<ObjectId>& objects, const ObjectId& need) {
  if (objects.contains(need)) return true;
  return need.kind == ObjectKind::column && objects.contains(table_object({need.path[0], need.path[1]}));
}

bool needs_any(const View& v, const std::set<ObjectId>& objects) {
  return std::any_of(v.needs.begin(), v.needs.end(), [&](const ObjectId& need) { return holds(objects, need); });
}

// CREATE OR REPLACE VIEW takes further columns at the end, and no other change of them.
bool can_replace(const View& actual, const View& expected) {
  return !actual.columns.empty() && expected.columns.size() >= actual.columns.size() &&
         std::equal(actual.columns.begin(), actual.columns.end(), expected.columns.begin());
}

std::map<ObjectId, PlannedView> planned_views(const Draft& d) {
  std::map<ObjectId, PlannedView> out;
  const auto each = [&](const Schema& schema, const View* PlannedView::*side) {
    for (const auto& n : schema.namespaces) {
      for (const auto& v : n.views) {
        PlannedView& planned = out[view_object({n.name, v.name})];
        planned.name = {n.name, v.name};
        planned.*side = &v;
      }
    }
  };
  each(d.expected, &PlannedView::expected);
  each(d.actual, &PlannedView::actual);
  return out;
}

bool is_same(const PlannedView& v) { return v.actual != nullptr && v.expected != nullptr && *v.actual == *v.expected; }

// Why a view cannot be detached.
std::vector<Dependent> Draft::*refusal(const Draft& d, const PlannedView& v, const Disturbed& by) {
  if (v.expected == nullptr || !is_same(v)) return nullptr;  // nothing of its old query has to work again
  if (needs_any(*v.actual, by.lost)) return &Draft::lost_views;
  if (d.options.exact) return nullptr;
  const bool recreated = d.options.views_in_the_way ? *d.options.views_in_the_way == Dependents::recreate
                                                    : !needs_any(*v.actual, by.unlike);
  return recreated ? nullptr : &Draft::unlike_views;
}

/// Calls `f(view, view below)` for each view upon another one, until a whole round of calls gives false.
template <class F>
void settle(std::map<ObjectId, PlannedView>& views, F f) {
  for (bool more = true; more;) {
    more = false;
    for (auto& [id, v] : views) {
      if (v.actual == nullptr) continue;
      for (const auto& need : v.actual->needs) {
        const auto below = views.find(need);
        if (below != views.end() && f(v, below->second)) more = true;
      }
    }
  }
}

// Which views go, and which of those cannot come back: a view goes with what it reads, and cannot go while one upon it
// stays.
void decide(const Draft& d, std::map<ObjectId, PlannedView>& views, const Disturbed& by) {
  for (auto& [id, v] : views) {
    if (v.actual == nullptr) continue;
    const bool differs = v.expected != nullptr && !is_same(v);
    v.goes = v.expected == nullptr || needs_any(*v.actual, by.changed) ||
             (differs && !can_replace(*v.actual, *v.expected)) || (!differs && needs_any(*v.actual, by.lost));
  }
  settle(views, [](PlannedView& v, const PlannedView& below) { return !v.goes && (v.goes = below.goes); });
  for (auto& [id, v] : views) {
    if (v.goes) v.refused = refusal(d, v, by);
  }
  settle(views, [](const PlannedView& v, PlannedView& below) {
    return below.refused == nullptr && (below.refused = v.refused) != nullptr;
  });
}

std::vector<std::string> common_columns(const View& a, const View& b) {
  std::vector<std::string> out;
  for (const auto& c : a.columns) {
    if (find_named(b.columns, c.name) != nullptr) out.push_back(c.name);
  }
  return out;
}

void plan_view(Draft& d, const PlannedView& v, Phase detaching, Phase restoring) {
  const std::string& schema = v.name.schema;
  if (v.actual == nullptr) return d.add(CreateView{schema, *v.expected});
  if (v.refused != nullptr) {
    for (const auto& need : v.actual->needs) (d.*v.refused).push_back({"view", schema, v.name.name, need});
    return;
  }
  const bool same = is_same(v);
  if (!v.goes) {
    if (!same) d.add(CreateView{schema, *v.expected, true});
    return;
  }
  if (v.expected == nullptr) return d.add(DropView{schema, v.name.name});
  constexpr int before_types = -10, after_types = 10;
  DetachView detach{schema, *v.actual};
  if (!same) detach.kept_columns = common_columns(*v.actual, *v.expected);
  d.add_in(detaching, std::move(detach), before_types);
  d.add_in(same ? restoring : Phase::views, RestoreView{schema, *v.expected, !same}, after_types);
}

}  // namespace

void plan_views(Draft& draft) {
  std::map<ObjectId, PlannedView> views = planned_views(draft);
  if (views.empty()) return;
  const Disturbed by = disturbed_by(draft);
  decide(draft, views, by);
  // As short as it may be: the names of types change long before the types of columns do.
  const bool is_type =
      std::any_of(by.changed.begin(), by.changed.end(), [](const ObjectId& id) { return id.kind == ObjectKind::type; });
  const bool redefines = std::any_of(views.begin(), views.end(), [](const auto& entry) {
    return entry.second.goes && entry.second.actual != nullptr && !is_same(entry.second);
  });
  const bool late = std::any_of(by.changed.begin(), by.changed.end(),
                                [](const ObjectId& id) { return id.kind == ObjectKind::constraint; });
  const Phase restoring = late ? Phase::views : Phase::alter_types;
  const Phase detaching = is_type || redefines ? Phase::drop_views : Phase::alter_types;
  for (const auto& [id, v] : views) plan_view(draft, v, detaching, restoring);
}

}  // namespace plinth
