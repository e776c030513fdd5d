#include "planner/plan.h"

#include "engine/ops/questions.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/renaming.h"
#include "planner/bystanders.h"
#include "planner/control.h"
#include "planner/free_names.h"
#include "planner/known_types.h"
#include "planner/online.h"
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

// An operation whose class the policy forbids is a conflict.
void gate_class(const Operation& op, const PlanOptions& options, std::vector<Conflict>& out) {
  const OperationClass c = operation_class(op);
  if (options.allows(c)) return;
  out.push_back({ConflictKind::policy_violation,
                 "Operation " + q(label(op)) + " requires class " + q(name_of(c)) +
                     ", but policy allows only: " + class_list(options),
                 "The policy of this plan does not name the class.",
                 "Allow the class, or change the contract so that the operation is not needed.", path(op)});
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

// The last name of where a rename leads.
std::string new_name(const Operation& rename) {
  const LineageChange change = lineage_change(rename);
  return change.moved ? change.moved->second.back() : std::string();
}

// The origin does not know the new names yet: what may speak of them cannot be asked.
std::vector<Probe> askable(std::vector<Probe> probes, const std::vector<Operation>& renames) {
  std::vector<std::string> names;
  names.reserve(2 * renames.size());
  for (const auto& op : renames) {
    names.push_back(path(op).back());
    names.push_back(new_name(op));
  }
  const auto is_renamed = [&](const Probe& p) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& n) { return mentions(Expression(p.query), n); });
  };
  std::erase_if(probes, is_renamed);
  return probes;
}

[[noreturn]] void refuse(const Proof& proof) {
  throw Error(Code::engine_internal, "the plan does not lead to its destination: " + failure(proof),
              "Simulating the operations on the origin did not give the destination.")
      .with_json("issues", to_json(proof.issues));
}

}  // namespace

bool Plan::needs_data_migration() const {
  return std::any_of(operations.begin(), operations.end(),
                     [](const Operation& op) { return holds_alternative<DataTransform>(op); });
}

std::vector<std::string> open_slots(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& op : operations) {
    for (auto& slot : open_slots(op)) out.push_back(std::move(slot));
  }
  return out;
}

void remove_operations(Plan& plan, const std::function<bool(const Operation&)>& goes) {
  std::vector<std::optional<std::size_t>> moved(plan.operations.size());
  std::vector<Operation> kept;
  kept.reserve(plan.operations.size());
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    if (goes(plan.operations[i])) continue;
    moved[i] = kept.size();
    kept.push_back(std::move(plan.operations[i]));
  }
  const auto follow = [&](auto& list) {
    std::erase_if(list, [&](const auto& x) { return !moved[x.position]; });
    for (auto& x : list) x.position = *moved[x.position];
  };
  follow(plan.impacts);
  follow(plan.hazards);
  plan.operations = std::move(kept);
  plan.placeholders = open_slots(plan.operations);
}

void weigh(Plan& plan, const Schema& origin, int server_version) {
  Costs weighed = costs(origin, plan.operations, server_version);
  plan.impacts = std::move(weighed.impacts);
  plan.hazards = std::move(weighed.hazards);
}

std::string failure(const Proof& proof) {
  std::string out = proof.broken.value_or("");
  for (const auto& i : proof.issues) out.append(out.empty() ? "" : "; ").append(i.message);
  return out;
}

Proof prove(const Schema& from, const std::vector<Operation>& operations, Schema to, Leftovers leftovers) {
  Proof out;
  Schema state = from;
  for (const auto& op : operations) {
    const Operation known = understood(op, to);
    if (holds_alternative<RawSql>(known)) out.opaque.push_back(label(op));
    try {
      apply(known, state);
    } catch (const Error& e) {
      out.broken = e.what();
      return out;
    }
  }
  forget_leftovers(leftovers, to, state);
  reconcile(to, state);
  respect_control(to, state);
  out.issues = report(diff(to, state));
  out.ok = out.issues.empty();
  return out;
}

Plan plan(const Schema& expected, const Schema& actual, const PlanOptions& options, const Guidance& guidance) {
  Plan out;
  out.warnings = guidance.warnings;
  Draft draft{expected, actual, options, {}, guidance.conflicts};
  constexpr int before_backfills = -1;
  for (const auto& m : guidance.moves) {
    draft.add(m.transform, before_backfills);
    draft.moved.insert(m.fills.begin(), m.fills.end());
  }
  plan_issues(draft, diff(expected, actual));
  check_types(draft);
  spare_bystanders(draft);  // while everything has the names that they know
  free_names(draft, guidance);
  for (const auto& op : guidance.renames) gate_class(op, options, draft.conflicts);
  for (const auto& p : draft.operations) gate_class(p.operation, options, draft.conflicts);
  Order order = ordered(std::move(draft.operations), actual);
  if (!order.stuck.empty()) draft.conflicts.push_back(circle(order.stuck));
  if (options.online) order.operations = online(std::move(order.operations), options);
  std::vector<Operation> all = guidance.renames;
  all.insert(all.end(), order.operations.begin(), order.operations.end());
  Costs weighed = costs(guidance.renames.empty() ? actual : guidance.origin, all, options.server_version);
  gate_hazards(options, weighed, all, draft.conflicts);
  out.conflicts = std::move(draft.conflicts);
  if (!out.conflicts.empty()) return out;
  if (const Proof proof = prove(actual, order.operations, expected); !proof.ok) refuse(proof);
  out.operations = std::move(all);
  out.impacts = std::move(weighed.impacts);
  out.hazards = std::move(weighed.hazards);
  out.placeholders = open_slots(out.operations);
  out.probes = askable(std::move(draft.probes), guidance.renames);
  return out;
}

}  // namespace plinth
