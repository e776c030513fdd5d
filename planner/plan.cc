#include "planner/plan.h"

#include "planner/free_names.h"
#include "planner/known_types.h"
#include "planner/order.h"
#include "planner/recognize.h"
#include "planner/reconcile.h"
#include "planner/rules.h"
#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

std::string class_list(const PlanOptions& options) {
  std::string out;
  for (const auto c : options.classes) out.append(out.empty() ? "" : ", ").append(name_of(c));
  return out;
}

// An operation whose class the policy forbids is a conflict; all of them are named.
void gate_classes(Draft& draft) {
  for (const auto& p : draft.operations) {
    const OperationClass c = operation_class(p.operation);
    if (draft.options.allows(c)) continue;
    draft.conflicts.push_back({ConflictKind::policy_violation,
                               "Operation " + q(label(p.operation)) + " requires class " + q(name_of(c)) +
                                   ", but policy allows only: " + class_list(draft.options),
                               "The policy of this plan does not name the class.",
                               "Allow the class, or change the contract so that the operation is not needed.",
                               path(p.operation)});
  }
}

Conflict circle(const std::vector<Operation>& stuck) {
  std::string labels;
  for (const auto& op : stuck) labels.append(labels.empty() ? "" : "; ").append(label(op));
  return {ConflictKind::unsupported_operation, "Operations wait for each other: " + labels,
          "Each of them needs another one to have run before.",
          "Lead to the contract in two steps, with a contract between them that one of these changes is not part of.",
          path(stuck.front())};
}

[[noreturn]] void refuse(const Proof& proof) {
  std::string what = proof.broken.value_or("");
  for (const auto& i : proof.issues) what += (what.empty() ? "" : "; ") + i.message;
  throw Error(Code::engine_internal, "the plan does not lead to its destination: " + what,
              "Simulating the operations on the origin did not give the destination.")
      .with_json("issues", to_json(proof.issues));
}

}  // namespace

bool Plan::needs_data_migration() const {
  return std::any_of(operations.begin(), operations.end(),
                     [](const Operation& op) { return std::holds_alternative<DataTransform>(op); });
}

std::vector<std::string> open_slots(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& op : operations) {
    for (auto& slot : open_slots(op)) out.push_back(std::move(slot));
  }
  return out;
}

std::vector<PlanHazard> plan_hazards(const std::vector<Operation>& operations) {
  std::vector<PlanHazard> out;
  for (const auto& op : operations) {
    for (auto& h : hazards(op)) out.push_back({id(op), label(op), h.kind, std::move(h.message)});
  }
  return out;
}

// What the change of a type deserves to be known beside its cost.
void add_remarks(std::vector<PlanHazard>& hazards, const std::vector<Operation>& operations,
                 const std::vector<TypeRemark>& remarks) {
  for (const auto& r : remarks) {
    for (const auto& op : operations) {
      if (!std::holds_alternative<AlterColumnType>(op) || path(op) != r.path) continue;
      hazards.push_back({id(op), label(op), HazardKind::may_fail, r.message});
    }
  }
}

Proof prove(const Schema& from, const std::vector<Operation>& operations, Schema to) {
  Proof out;
  Schema state = from;
  for (const auto& op : operations) {
    const auto* raw = std::get_if<RawSql>(&op);
    const auto typed = raw != nullptr ? recognize(*raw, to) : std::nullopt;
    if (raw != nullptr && !typed) out.opaque.push_back(label(op));
    try {
      apply(typed ? *typed : op, state);
    } catch (const Error& e) {
      out.broken = e.what();
      return out;
    }
  }
  reconcile(to, state);
  out.issues = report(diff(to, state));
  out.ok = out.issues.empty();
  return out;
}

Plan plan(const Schema& expected, const Schema& actual, const PlanOptions& options) {
  Plan out;
  Draft draft{expected, actual, options, {}, {}, {}};
  plan_issues(draft, diff(expected, actual));
  check_types(draft);
  free_names(draft);
  gate_classes(draft);
  Order order = ordered(std::move(draft.operations), actual);
  if (!order.stuck.empty()) draft.conflicts.push_back(circle(order.stuck));
  out.conflicts = std::move(draft.conflicts);
  if (!out.conflicts.empty()) return out;
  out.operations = std::move(order.operations);
  if (const Proof proof = prove(actual, out.operations, expected); !proof.ok) refuse(proof);
  out.hazards = plan_hazards(out.operations);
  add_remarks(out.hazards, out.operations, type_remarks(expected, actual));
  out.placeholders = open_slots(out.operations);
  out.probes = std::move(draft.probes);
  return out;
}

}  // namespace plinth
