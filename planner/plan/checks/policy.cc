#include "planner/plan/checks/policy.h"

namespace plinth {
namespace {

std::string class_list(const PlanOptions& options) {
  std::string out;
  for (const auto c : options.classes) out.append(out.empty() ? "" : ", ").append(name_of(c));
  return out;
}

std::string way_out(const Impact& impact, bool online) {
  if (impact.safer && impact.online && !online) return "Plan with online: true: " + *impact.safer + ".";
  if (impact.safer) return "Take another way: " + *impact.safer + ".";
  return "Allow it, or change the contract so that the operation is not needed.";
}

}  // namespace

void refuse_class(const Operation& op, const PlanOptions& options, std::vector<Conflict>& conflicts) {
  const OperationClass c = operation_class(op);
  if (options.allows(c)) return;
  conflicts.push_back({ConflictKind::policy_violation,
                       "Operation " + q(label(op)) + " requires class " + q(name_of(c)) +
                           ", but policy allows only: " + class_list(options),
                       "The policy of this plan does not name the class.",
                       "Allow the class, or change the contract so that the operation is not needed.", path(op)});
}

void refuse_hazards(const PlanOptions& options, const Costs& found, const std::vector<Operation>& operations,
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

}  // namespace plinth
