#include "planner/history/inverse.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/questions.h"
#include "planner/compare/reconcile.h"
#include "planner/history/detached_views.h"
#include "planner/history/lineage.h"
#include "planner/plan/pipeline.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

// Walks the way there and notes what it takes.
class WayThere {
 public:
  WayThere(const Schema& origin, const Schema& destination)
      : destination_(destination), state_(origin), lineage_(origin) {}

  void take(const Operation& given) {
    const Operation op = as_typed(given, destination_);
    opaque_ = opaque_ || holds_alternative<RawSql>(op);
    note(op);
    lineage_.follow(op);
    apply(op, state_);
    operations_.push_back(op);
  }

  bool opaque() const { return opaque_; }
  const Schema& state() const { return state_; }
  const std::vector<Operation>& operations() const { return operations_; }
  std::vector<Loss> losses;

 private:
  void note(const Operation& op) {
    const LossContext context{state_, [this](const ObjectPath& path) { return lineage_.origin(path); },
                              [this](const AlterColumnType& change) { return may_lose(change, state_); }};
    if (auto loss = loss_by(op, context)) losses.push_back(std::move(*loss));
  }

  const Schema& destination_;
  Schema state_;
  Lineage lineage_;
  std::vector<Operation> operations_;
  bool opaque_ = false;
};

// Values of enums that the origin has and the state, under the origin's names, has not.
void note_enum_values(const Schema& origin, const Schema& state, std::vector<Loss>& losses) {
  for (const auto& n : origin.namespaces) {
    for (const auto& e : n.enums) {
      const Enum* now = state.find_enum({n.name, e.name});
      if (now == nullptr) continue;
      for (const auto& v : e.values) {
        if (std::find(now->values.begin(), now->values.end(), v) != now->values.end()) continue;
        losses.push_back({LossKind::enum_values,
                          {n.name, e.name, v},
                          "Remove value " + q(v) + " from enum type " + q(e.name),
                          "rows that held " + q(v) + " of " + n.name + "." + e.name + " hold another value now",
                          {}});
      }
    }
  }
}

// A column that comes back NOT NULL and without a default has a slot that fills it.
void name_slots(const std::vector<Operation>& operations, std::vector<Loss>& losses) {
  for (auto& loss : losses) {
    if (loss.kind != LossKind::values) continue;
    for (const auto& op : operations) {
      const auto* transform = get_if<DataTransform>(&op);
      if (transform == nullptr || !transform->aim.fills({loss.path[0], loss.path[1]}, loss.path[2])) continue;
      const auto open = transform->open_slots();
      if (!open.empty()) loss.slot = open.front();
    }
  }
}

}  // namespace

Inverse invert(const Schema& contract_origin, const std::vector<Operation>& operations,
               const Schema& contract_destination) {
  Schema origin = contract_origin, destination = contract_destination;
  add_views(destination, add_views(origin, detached_views(operations)));
  WayThere there(origin, destination);
  for (const auto& op : operations) there.take(op);
  Schema end = there.state();
  if (there.opaque()) {
    end = destination;
    reconcile(end, there.state());
  }
  Schema state = end;
  const std::vector<Operation> renames = apply_renames(reversed_renames(origin, there.operations()), state);
  Inverse out;
  out.losses = std::move(there.losses);
  note_enum_values(origin, state, out.losses);
  PlanOptions options;
  options.views_in_the_way = Dependents::recreate;  // as they were on the way there
  Plan planned = plan_reconciled(origin, state, options);
  if (!planned.conflicts.empty()) {
    out.plan = std::move(planned);
    return out;
  }
  std::vector<Operation> all = renames;
  all.insert(all.end(), planned.operations.begin(), planned.operations.end());
  out.plan = plan_of(std::move(all), end, usual_server_version);
  name_slots(out.plan.operations, out.losses);
  return out;
}

}  // namespace plinth
