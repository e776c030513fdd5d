#include "planner/verify.h"

#include "planner/reconcile.h"

namespace plinth {

Verdict verify(Schema expected, Schema actual, Strictness strictness) {
  Verdict out;
  respect_control(expected, actual);
  const bool tolerant = strictness == Strictness::tolerant;
  if (tolerant) out.unclaimed = forget_unclaimed(expected, actual);
  reconcile(expected, actual);
  std::vector<Issue> issues = diff(expected, actual);
  const auto forgiven = [&](const Issue& i) {
    return tolerant && outcome(i) == Outcome::extra && !std::holds_alternative<Pair<Policy>>(i.node);
  };
  issues.erase(std::remove_if(issues.begin(), issues.end(), forgiven), issues.end());
  out.issues = report(issues);
  return out;
}

}  // namespace plinth
