#include "planner/plan.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "rpc/compare.h"
#include "rpc/define_method.h"

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
  static constexpr auto fields = std::tuple{field("issues", &Answer::issues),
                                            field("summary", &Answer::summary),
                                            field("sql", &Answer::sql),
                                            field("conflicts", &Answer::conflicts),
                                            field("unclaimed", &Answer::unclaimed),
                                            field("unmodeled", &Answer::unmodeled)};
};

Answer run(Session& session, const Params& p) {
  auto [from, to] = read_states(session, p.from, p.to);
  Answer out;
  out.unclaimed = make_comparable(to, from, p.strict ? Extras::drop : Extras::keep).names;
  const std::vector<Issue> issues = diff(to.schema, from.schema);
  out.issues = report(issues);
  out.summary = summary(issues);
  Plan made = plan(to.schema, from.schema);
  out.sql = sql_text(made.operations);
  out.conflicts = std::move(made.conflicts);
  out.unmodeled = std::move(from.unmodeled);
  out.unmodeled.insert(out.unmodeled.end(), to.unmodeled.begin(), to.unmodeled.end());
  return out;
}

}  // namespace

constinit const Method diff_method =
    method<&run>("diff", "What two states differ in: empty, contract, package, ref or database.");

}  // namespace plinth
