#pragma once
#include "planner/compare/diff.h"
#include "planner/history/merge/merge.h"
#include "planner/plan/slots.h"
#include "runner/jobs/report/operation_forms.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

struct MergeRequest {
  std::optional<StateParam> base;  // absent: the nearest contract of the history that leads to both
  StateParam ours = EmptyState{}, theirs = EmptyState{};
  std::optional<ContractParam> contract;  // what both should lead to; absent: the merged documents
  std::optional<Write> write;
  std::optional<std::string> created_at;
  static constexpr auto fields =
      std::tuple{field("base", &MergeRequest::base),     field("ours", &MergeRequest::ours),
                 field("theirs", &MergeRequest::theirs), field("contract", &MergeRequest::contract),
                 field("write", &MergeRequest::write),   field("createdAt", &MergeRequest::created_at)};
};

/// The way from one branch to the merged contract.
struct MergeEdge {
  std::string from, to;
  std::vector<Descriptor> descriptors;
  std::vector<StoredOperation> operations;
  std::vector<Placeholder> placeholders;
  std::vector<PlanHazard> hazards;
  std::vector<std::string> preview;
  std::optional<WrittenPackage> package;
  static constexpr auto fields = std::tuple{field("from", &MergeEdge::from),
                                            field("to", &MergeEdge::to),
                                            field("descriptors", &MergeEdge::descriptors),
                                            field("operations", &MergeEdge::operations),
                                            field("placeholders", &MergeEdge::placeholders),
                                            field("hazards", &MergeEdge::hazards),
                                            field("preview", &MergeEdge::preview),
                                            field("package", &MergeEdge::package)};
};

struct MergeResult {
  bool ok = true;
  std::optional<std::string> base, to;
  std::string ours, theirs;
  std::vector<MergeConflict> conflicts;
  std::vector<std::string> warnings;
  std::optional<MergeEdge> from_ours, from_theirs;
  std::optional<JsonText> contract;
  static constexpr auto fields = std::tuple{defaulted("ok", &MergeResult::ok),
                                            field("base", &MergeResult::base),
                                            field("ours", &MergeResult::ours),
                                            field("theirs", &MergeResult::theirs),
                                            field("to", &MergeResult::to),
                                            field("conflicts", &MergeResult::conflicts),
                                            field("warnings", &MergeResult::warnings),
                                            field("fromOurs", &MergeResult::from_ours),
                                            field("fromTheirs", &MergeResult::from_theirs),
                                            field("contract", &MergeResult::contract)};
};

/// Decide whether two branches go together, and lead both to the contract that has the changes of both.
MergeResult merge_migrations(JobContext& context, const MergeRequest& request);

}  // namespace plinth
