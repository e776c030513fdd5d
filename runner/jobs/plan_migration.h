#pragma once
#include "planner/plan/pipeline.h"
#include "runner/jobs/report/plan_answer.h"
#include "runner/jobs/run/batch_proposals.h"
#include "runner/jobs/run/violations.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

/// Whether a model or a field that changed its place takes its rows and values along.
enum class Mappings { follow, ignore };
inline constexpr Named<Mappings> mappings_names[] = {{"follow", Mappings::follow}, {"ignore", Mappings::ignore}};
constexpr const auto& names(Mappings) { return mappings_names; }

struct PlanMigrationRequest {
  StateParam from = EmptyState{}, to = EmptyState{};
  std::vector<OperationClass> allow;  // empty: all classes
  std::vector<HazardKind> forbid;     // hazards that the plan may not have
  bool online = false;
  std::optional<std::int64_t> server_version;  // absent: that of the live origin, else `usual_server_version`
  Extras extras = Extras::keep;                // of a live origin
  std::optional<Dependents> dependents;        // absent: views that come back the same are detached and restored
  std::vector<Hint> hints;
  Mappings mappings = Mappings::follow;
  std::vector<SlotFill> slots;
  Counting counting = Counting::estimate;  // of what a live origin holds against the plan
  /// Of a live origin, online: from how many rows of its table on a transform goes through them in batches.
  std::int64_t batch_above = usual_batch_above;
  std::optional<Write> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{defaulted("from", &PlanMigrationRequest::from),
                                            field("to", &PlanMigrationRequest::to),
                                            field("allow", &PlanMigrationRequest::allow),
                                            field("forbid", &PlanMigrationRequest::forbid),
                                            field("online", &PlanMigrationRequest::online),
                                            field("serverVersion", &PlanMigrationRequest::server_version),
                                            defaulted("extras", &PlanMigrationRequest::extras),
                                            field("dependents", &PlanMigrationRequest::dependents),
                                            field("hints", &PlanMigrationRequest::hints),
                                            defaulted("mappings", &PlanMigrationRequest::mappings),
                                            field("slots", &PlanMigrationRequest::slots),
                                            defaulted("counting", &PlanMigrationRequest::counting),
                                            defaulted("batchAbove", &PlanMigrationRequest::batch_above),
                                            field("write", &PlanMigrationRequest::write),
                                            field("createdAt", &PlanMigrationRequest::created_at),
                                            field("render", &PlanMigrationRequest::render)};
  /// Refuses fewer than 0 rows.
  void validate(const JsonPath& at) const {
    if (batch_above < 0) at.member("batchAbove").fail("expected 0 rows or more");
  }
};

struct PlanMigrationResult : PlanAnswer {
  bool ok = true, no_op = false;
  std::optional<std::string> from, to;
  std::vector<Violations> violations;
  std::vector<Warning> warnings;
  std::optional<WrittenPackage> baseline;  // written before `package`, where that would be the first of its history
  static constexpr auto fields =
      std::tuple_cat(std::tuple{defaulted("ok", &PlanMigrationResult::ok), field("noOp", &PlanMigrationResult::no_op),
                                field("from", &PlanMigrationResult::from), field("to", &PlanMigrationResult::to),
                                field("violations", &PlanMigrationResult::violations),
                                field("warnings", &PlanMigrationResult::warnings)},
                     PlanAnswer::fields, std::tuple{field("baseline", &PlanMigrationResult::baseline)});
};

/// Plan the way from one state to another, offline or from a live database; write the package on request.
PlanMigrationResult plan_migration(JobContext& context, const PlanMigrationRequest& request);

}  // namespace plinth
