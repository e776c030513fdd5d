#include "planner/compare/verify.h"

#include "planner/compare/control.h"
#include "planner/compare/reconcile.h"

namespace plinth {

namespace {

// As the targets of operations name it.
std::string object_type(const Issue& issue) {
  return std::visit(
      []<class Node>(const Pair<Node>&) -> std::string {
        if constexpr (std::is_same_v<Node, Check>) return "checkConstraint";
        return std::string(Node::node);
      },
      issue.node);
}

}  // namespace

Verdict verify(Schema expected, Schema actual, Strictness strictness, const Suspicions& suspicions) {
  Verdict out;
  const bool tolerant = strictness == Strictness::tolerant;
  const Leftovers leftovers = tolerant ? Leftovers::unclaimed : Leftovers::extensions;
  out.unclaimed = forget_leftovers(leftovers, expected, actual).names;
  adopt_json_defaults(expected, actual);
  reconcile(expected, actual);
  adopt_unmanaged_kinds(expected, actual);
  overlook_undeclared(expected, actual);
  std::vector<Issue> issues = diff(expected, actual);
  const auto suspected = [&](const Issue& i) {
    return i.path.size() > 2 && suspicions.count({i.path[0], i.path[1], object_type(i)}) > 0;
  };
  const auto forgiven = [&](const Issue& i) {
    return tolerant && outcome(i) == Outcome::extra && !holds_alternative<Pair<Policy>>(i.node) && !suspected(i);
  };
  issues.erase(std::remove_if(issues.begin(), issues.end(), forgiven), issues.end());
  out.issues = report(issues);
  return out;
}

}  // namespace plinth
