#include "runner/jobs/compare_states.h"

#include "planner/plan/pipeline.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"

namespace plinth {
namespace {

// Opposite a contract, what it has no words for is not compared.
void name_unmanaged_kinds(State& live) {
  if (!live.live) return;
  for (const auto& n : live.schema.namespaces) {
    for (const auto& v : n.views) live.unmodeled.push_back({std::string(View::node), n.name, v.name, {}});
    for (const auto& s : n.sequences) live.unmodeled.push_back({std::string(Sequence::node), n.name, s.name, {}});
  }
}

}  // namespace

ComparisonResult compare_states(JobContext& context, const ComparisonRequest& p) {
  auto [from, to] = read_states(context, p.from, p.to);
  ComparisonResult out;
  PlanRequest request;
  request.server_version = server_version({}, from);
  request.extras = p.strict ? Extras::drop : Extras::keep;
  request.settle_spellings = settling(from, to, p.strict ? Belief::none : Belief::hashed_names);
  request.absent_names = absent_names_of(from);
  const Prepared prepared = prepare(from, to, request);
  out.unclaimed = prepared.unclaimed.names;
  const auto declared = declared_schemas(to, from);
  const std::vector<Issue> issues = declared ? diff(declared->first, declared->second) : diff(to.schema, from.schema);
  out.issues = report(issues);
  out.summary = summary(issues);
  Plan made = plan(from, to, request, prepared);
  out.sql = sql_text(made.operations);
  out.conflicts = std::move(made.conflicts);
  if (to.contract) name_unmanaged_kinds(from);
  if (from.contract) name_unmanaged_kinds(to);
  out.unmodeled = std::move(from.unmodeled);
  out.unmodeled.insert(out.unmodeled.end(), to.unmodeled.begin(), to.unmodeled.end());
  for (const State* s : {&from, &to}) out.warnings.insert(out.warnings.end(), s->warnings.begin(), s->warnings.end());
  return out;
}

}  // namespace plinth
