#pragma once
// The one way from two schemas to a plan.
#include "planner/compare/alignment.h"
#include "planner/hints/hinted_origin.h"
#include "planner/plan/plan.h"
#include "planner/plan/proof.h"

namespace plinth {

/// The contract that an origin follows, where it is known.
struct Start {
  const Contract* contract = nullptr;
  Schema schema = {};  // what it names; needed of a live origin alone
};

struct PlanRequest {
  std::vector<OperationClass> allow = {};  // empty: all classes
  std::vector<HazardKind> forbid = {};
  bool online = false;
  std::optional<Dependents> dependents = {};
  int server_version = usual_server_version;
  Extras extras = Extras::keep;
  std::vector<Hint> hints = {};
  bool follows_mappings = false;
  bool suggests = false;  // whether the plan warns of what may be a rename, a split or a merge
  Start start = {};
  SettleSpellings settle_spellings = {};  // of a live side
  AbsentNames absent_names = {};          // of a live origin
};

/// What was found while two sides were made comparable.
struct Prepared {
  HintedOrigin hinted;
  Unclaimed unclaimed;
};

/// The first half of the pipeline: hints, suggestions, alignment. What `request.start` names of a live origin is not
/// unclaimed. Both sides are left as they are compared. O((from + to) log).
Prepared prepare(Side& from, Side& to, const PlanRequest& request);

/// The second half: from prepared sides to a plan. O((from + to) log + operations log operations).
Plan plan(Side& from, Side& to, const PlanRequest& request, const Prepared& prepared);

/// Both halves. O((from + to) log + operations log operations).
Plan plan(Side& from, Side& to, const PlanRequest& request);

/// Plans the way from `actual` to `expected`, which are aligned. Deterministic: equal schemas give equal plans. Throws
/// ENGINE.INTERNAL, naming the difference, when the plan does not prove itself. With hints, `actual` is the origin that
/// they have renamed. O((expected + actual) log + operations log operations).
Plan plan(const Schema& expected, const Schema& actual, const PlanOptions& options = {},
          const HintedOrigin& hinted = {});

/// The same for schemas that may leave names open, and may hold what somebody else looks after.
Plan plan_reconciled(Schema expected, Schema actual, const PlanOptions& options = {});

}  // namespace plinth
