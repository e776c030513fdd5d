#include "planner/plan.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "rpc/define_method.h"
#include "rpc/plan_states.h"

namespace plinth {
namespace {

struct Params {
  StateParam from = EmptyState{}, to = EmptyState{};
  bool strict = false;  // whole objects that a contract opposite a database does not name are differences too
  static constexpr auto fields =
      std::tuple{field("from", &Params::from), field("to", &Params::to), field("strict", &Params::strict)};
};
struct Answer {
  std::vector<IssueReport> issues;  // `expected` is the side of `to`, `actual` that of `from`
  std::string summary, sql;         // sql makes `to` of `from`; empty when there are conflicts
  std::vector<Conflict> conflicts;
  std::vector<std::string> unclaimed;
  std::vector<Unmodeled> unmodeled;  // objects of the databases that were not compared
  std::vector<Warning> warnings;     // what could not be read
  static constexpr auto fields = std::tuple{field("issues", &Answer::issues),
                                            field("summary", &Answer::summary),
                                            field("sql", &Answer::sql),
                                            field("conflicts", &Answer::conflicts),
                                            field("unclaimed", &Answer::unclaimed),
                                            field("unmodeled", &Answer::unmodeled),
                                            field("warnings", &Answer::warnings)};
};

Answer run(Session& session, const Params& p) {
  auto [from, to] = read_states(session, p.from, p.to);
  Answer out;
  const Unclaimed kept = make_comparable(to, from, p.strict ? Extras::drop : Extras::keep);
  out.unclaimed = kept.names;
  const auto declared = declared_schemas(to, from);
  const std::vector<Issue> issues = declared ? diff(declared->first, declared->second) : diff(to.schema, from.schema);
  out.issues = report(issues);
  out.summary = summary(issues);
  leave_to_others(to, from);
  Plan made = plan(to.schema, from.schema, plan_options(from, to, {}, kept));
  out.sql = sql_text(made.operations);
  out.conflicts = std::move(made.conflicts);
  out.unmodeled = std::move(from.unmodeled);
  out.unmodeled.insert(out.unmodeled.end(), to.unmodeled.begin(), to.unmodeled.end());
  for (const State* s : {&from, &to}) out.warnings.insert(out.warnings.end(), s->warnings.begin(), s->warnings.end());
  return out;
}

}  // namespace

constinit const Method diff_method =
    method<&run>("diff", "What two states differ in: empty, contract, package, ref or database.");

}  // namespace plinth
