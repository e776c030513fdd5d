#include "planner/plan.h"

#include "planner/free_names.h"
#include "planner/known_types.h"
#include "planner/online.h"
#include "planner/order.h"
#include "planner/recognize.h"
#include "planner/reconcile.h"
#include "planner/rules.h"

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

std::string way_out(const Impact& impact, bool online) {
  if (impact.safer && impact.online && !online) return "Plan with online: true: " + *impact.safer + ".";
  if (impact.safer) return "Take another way: " + *impact.safer + ".";
  return "Allow it, or change the contract so that the operation is not needed.";
}

// An operation with hazards that the policy forbids is a conflict; all of them are named.
void gate_hazards(const PlanOptions& options, const Costs& found, const std::vector<Operation>& operations,
                  std::vector<Conflict>& conflicts) {
  for (const auto& i : found.impacts) {
    std::string kinds, messages;
    Impact told = i.impact;
    told.safer.reset();  // stands in the fix
    for (const auto& h : hazards(told)) {
      if (std::find(options.forbid.begin(), options.forbid.end(), h.kind) == options.forbid.end()) continue;
      kinds.append(kinds.empty() ? "" : ", ").append(name_of(h.kind));
      messages.append(messages.empty() ? "" : "; ").append(h.message);
    }
    if (kinds.empty()) continue;
    conflicts.push_back({ConflictKind::policy_violation, "Operation " + q(i.label) + ": " + messages,
                         "The policy of this plan forbids " + kinds + ".", way_out(i.impact, options.online),
                         path(operations[i.position])});
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
  if (options.online) order.operations = online(std::move(order.operations), options);
  Costs weighed = costs(actual, order.operations, options.server_version);
  gate_hazards(options, weighed, order.operations, draft.conflicts);
  out.conflicts = std::move(draft.conflicts);
  if (!out.conflicts.empty()) return out;
  out.operations = std::move(order.operations);
  if (const Proof proof = prove(actual, out.operations, expected); !proof.ok) refuse(proof);
  out.impacts = std::move(weighed.impacts);
  out.hazards = std::move(weighed.hazards);
  out.placeholders = open_slots(out.operations);
  out.probes = std::move(draft.probes);
  return out;
}

}  // namespace plinth
