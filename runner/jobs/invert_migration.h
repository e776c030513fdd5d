#pragma once
#include "engine/json/place.h"
#include "planner/history/inverse.h"
#include "runner/jobs/report/plan_answer.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

struct InvertRequest {
  std::optional<FilePath> package;     // a package's directory, or:
  std::optional<StateParam> from, to;  // where the operations start and, for raw SQL or a package, where they lead
  std::vector<JsonText> operations;
  std::vector<SlotFill> slots;  // of the way back
  std::optional<Write> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{field("package", &InvertRequest::package),
                                            field("from", &InvertRequest::from),
                                            field("to", &InvertRequest::to),
                                            field("operations", &InvertRequest::operations),
                                            field("slots", &InvertRequest::slots),
                                            field("write", &InvertRequest::write),
                                            field("createdAt", &InvertRequest::created_at),
                                            field("render", &InvertRequest::render)};
};

struct InvertResult : PlanAnswer {
  bool ok = true;
  std::optional<std::string> from, to;
  std::vector<Loss> losses;
  static constexpr auto fields =
      std::tuple_cat(std::tuple{defaulted("ok", &InvertResult::ok), field("from", &InvertResult::from),
                                field("to", &InvertResult::to), field("losses", &InvertResult::losses)},
                     PlanAnswer::fields);
};

/// Plan the way back from a migration, and name what it cannot bring back.
InvertResult invert_migration(JobContext& context, const InvertRequest& request);

}  // namespace plinth
