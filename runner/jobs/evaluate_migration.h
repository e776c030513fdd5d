#pragma once
#include "engine/json/place.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/plan.h"
#include "planner/plan/proof.h"
#include "planner/plan/slots.h"
#include "runner/jobs/report/operation_forms.h"
#include "runner/jobs/report/renderings.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

struct EvaluateRequest {
  std::optional<FilePath> package;     // a package's directory, or:
  std::optional<StateParam> from, to;  // two states, and the operations between them
  std::vector<JsonText> operations;    // descriptors, full operations or stored operations, in any mixture
  std::vector<SlotFill> slots;
  std::optional<Write> write;  // true: the package is written again; or, between two contracts, a new one
  std::optional<std::int64_t> server_version;  // absent: that of the live origin, else `usual_server_version`
  std::optional<std::string> created_at;       // without a package: enters the hash
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{field("package", &EvaluateRequest::package),
                                            field("from", &EvaluateRequest::from),
                                            field("to", &EvaluateRequest::to),
                                            field("operations", &EvaluateRequest::operations),
                                            field("slots", &EvaluateRequest::slots),
                                            field("write", &EvaluateRequest::write),
                                            field("serverVersion", &EvaluateRequest::server_version),
                                            field("createdAt", &EvaluateRequest::created_at),
                                            field("render", &EvaluateRequest::render)};
};

struct EvaluateResult {
  std::vector<StoredOperation> operations;
  std::vector<std::string> provided_invariants;
  std::string migration_hash;
  Proof proof;
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
  std::vector<CommitGroup> commit_groups;
  std::vector<std::string> preview;
  std::optional<Renderings> renderings;
  std::optional<WrittenPackage> written;
  std::vector<Warning> warnings;
  static constexpr auto fields = std::tuple{field("operations", &EvaluateResult::operations),
                                            field("providedInvariants", &EvaluateResult::provided_invariants),
                                            field("migrationHash", &EvaluateResult::migration_hash),
                                            field("proof", &EvaluateResult::proof),
                                            field("impacts", &EvaluateResult::impacts),
                                            field("hazards", &EvaluateResult::hazards),
                                            field("commitGroups", &EvaluateResult::commit_groups),
                                            field("preview", &EvaluateResult::preview),
                                            field("renderings", &EvaluateResult::renderings),
                                            field("written", &EvaluateResult::written),
                                            field("warnings", &EvaluateResult::warnings)};
};

/// Resolve operations, fill their slots, prove where they lead, and hash them.
EvaluateResult evaluate_migration(JobContext& context, const EvaluateRequest& request);

}  // namespace plinth
