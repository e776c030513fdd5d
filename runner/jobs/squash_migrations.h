#pragma once
#include "engine/json/place.h"
#include "planner/history/squash.h"
#include "planner/plan/slots.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/report/operation_forms.h"
#include "runner/jobs/report/renderings.h"
#include "runner/jobs/report/written_package.h"

namespace plinth {

/// What becomes of data transforms and raw SQL.
enum class Transforms { keep, omit };
inline constexpr Named<Transforms> transforms_names[] = {{"keep", Transforms::keep}, {"omit", Transforms::omit}};
constexpr const auto& names(Transforms) { return transforms_names; }

struct SquashRequest {
  FilePath migrations;                   // a space's directory
  std::optional<std::string> from, to;   // refs, packages or hashes; the empty database and the newest contract
  std::optional<Transforms> transforms;  // absent: omit in a baseline, keep otherwise
  std::optional<Write> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{field("migrations", &SquashRequest::migrations),
                                            field("from", &SquashRequest::from),
                                            field("to", &SquashRequest::to),
                                            field("transforms", &SquashRequest::transforms),
                                            field("write", &SquashRequest::write),
                                            field("createdAt", &SquashRequest::created_at),
                                            field("render", &SquashRequest::render)};
};

struct SquashResult {
  bool ok = true;
  std::optional<std::string> from;
  std::string to;
  std::vector<std::string> packages;
  std::int64_t operations_before = 0;
  std::vector<StoredOperation> operations;
  std::vector<Conflict> conflicts;
  std::vector<Omitted> omitted;
  std::vector<std::string> provided_invariants;
  std::vector<Placeholder> placeholders;
  Proof proof;
  std::vector<PlanHazard> hazards;
  std::vector<std::string> warnings, preview;
  std::string summary;
  std::optional<Renderings> renderings;
  std::optional<WrittenPackage> package;
  static constexpr auto fields = std::tuple{defaulted("ok", &SquashResult::ok),
                                            field("from", &SquashResult::from),
                                            field("to", &SquashResult::to),
                                            field("packages", &SquashResult::packages),
                                            field("operationsBefore", &SquashResult::operations_before),
                                            field("operations", &SquashResult::operations),
                                            field("conflicts", &SquashResult::conflicts),
                                            field("omitted", &SquashResult::omitted),
                                            field("providedInvariants", &SquashResult::provided_invariants),
                                            field("placeholders", &SquashResult::placeholders),
                                            field("proof", &SquashResult::proof),
                                            field("hazards", &SquashResult::hazards),
                                            field("warnings", &SquashResult::warnings),
                                            field("preview", &SquashResult::preview),
                                            field("summary", &SquashResult::summary),
                                            field("renderings", &SquashResult::renderings),
                                            field("package", &SquashResult::package)};
};

/// Make one package of a range of packages, or a baseline.
SquashResult squash_migrations(JobContext& context, const SquashRequest& request);

}  // namespace plinth
