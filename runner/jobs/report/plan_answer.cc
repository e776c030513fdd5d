#include "runner/jobs/report/plan_answer.h"

#include "planner/render/script.h"
#include "planner/render/summary.h"

namespace plinth {

PlanAnswer plan_answer(const Plan& plan) {
  PlanAnswer out;
  out.needs_data_migration = plan.needs_data_migration();
  out.descriptors = descriptors(plan.operations);
  out.operations = stored(plan.operations);
  out.placeholders = placeholders(plan.operations);
  out.conflicts = plan.conflicts;
  out.impacts = plan.impacts;
  out.hazards = plan.hazards;
  out.commit_groups = commit_groups(plan.operations);
  out.preview = preview(plan.operations);
  out.summary = summary(plan);
  return out;
}

}  // namespace plinth
