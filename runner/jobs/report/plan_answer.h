#pragma once
// What the methods that plan say of their plan.
#include "planner/plan/commit_groups.h"
#include "planner/plan/slots.h"
#include "runner/jobs/report/operation_forms.h"
#include "runner/jobs/report/renderings.h"
#include "runner/jobs/report/written_package.h"

namespace plinth {

/// The base of such an answer, which adds what is its own, and `ok`.
struct PlanAnswer {
  bool needs_data_migration = false;
  std::vector<Descriptor> descriptors;
  std::vector<StoredOperation> operations;
  std::vector<Placeholder> placeholders;
  std::vector<Conflict> conflicts;
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
  std::vector<CommitGroup> commit_groups;
  std::vector<std::string> preview;
  std::string summary;
  std::optional<Renderings> renderings;
  std::optional<WrittenPackage> package;
  static constexpr auto fields = std::tuple{field("needsDataMigration", &PlanAnswer::needs_data_migration),
                                            field("descriptors", &PlanAnswer::descriptors),
                                            field("operations", &PlanAnswer::operations),
                                            field("placeholders", &PlanAnswer::placeholders),
                                            field("conflicts", &PlanAnswer::conflicts),
                                            field("impacts", &PlanAnswer::impacts),
                                            field("hazards", &PlanAnswer::hazards),
                                            field("commitGroups", &PlanAnswer::commit_groups),
                                            field("preview", &PlanAnswer::preview),
                                            field("summary", &PlanAnswer::summary),
                                            field("renderings", &PlanAnswer::renderings),
                                            field("package", &PlanAnswer::package)};
};

/// All but the renderings and the package. O(operations).
PlanAnswer plan_answer(const Plan& plan);

}  // namespace plinth
