#include <doctest/doctest.h>

#include "engine/json/canonical.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "planner/compare/reconcile.h"
#include "planner/plan/order.h"
#include "planner/plan/pipeline.h"
#include "planner/plan/rules/rules.h"
#include "test/planner/support/random_schema.h"

namespace plinth {
namespace {

using namespace test;

constexpr unsigned pairs = 1500;

std::string text_of(const std::vector<Operation>& operations) { return to_json(operations); }

TEST_CASE("any schema leads to any other, by operations that prove it, and to itself by none") {
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    const Plan there = plan(to, from);
    REQUIRE(there.conflicts.empty());
    CHECK(prove(from, there.operations, to).ok);
    CHECK(plan(from, from).operations.empty());
    CHECK(plan(to, to).operations.empty());
  }
}

TEST_CASE("the same schemas give the same plan, in whatever order their columns came") {
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    Schema shuffled = from;
    std::mt19937 shuffling(seed);
    for (auto& t : shuffled.namespaces[0].tables) std::shuffle(t.columns.begin(), t.columns.end(), shuffling);
    CHECK(text_of(plan(to, from).operations) == text_of(plan(to, shuffled).operations));
  }
}

TEST_CASE("a plan does not depend on the order in which its operations were found") {
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    const PlanOptions options;
    Draft draft{to, from, options, {}, {}};
    std::vector<Issue> issues = diff(to, from);
    plan_issues(draft, issues);
    const std::string straight = text_of(ordered(draft.operations, from).operations);
    std::mt19937 shuffling(seed);
    std::shuffle(draft.operations.begin(), draft.operations.end(), shuffling);
    CHECK(text_of(ordered(draft.operations, from).operations) == straight);
  }
}

TEST_CASE("the ids of a plan's operations are unique, and each survives being stored") {
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    std::set<std::string> ids;
    for (const auto& op : plan(to, from).operations) {
      CAPTURE(label(op));
      CHECK(ids.insert(id(op)).second);
      const auto at = JsonPath::root(Code::engine_internal, "op");
      CHECK(to_json(from_stored(stored_form(op), at)) == to_json(op));
    }
  }
}

TEST_CASE("what was reconciled once is not changed by reconciling again") {
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    Schema expected = random.next();
    const Schema actual = random.next();
    for (auto& t : expected.namespaces[0].tables) {
      for (auto& u : t.uniques) u.named = false;
      for (auto& i : t.indexes) i.named = false;
      for (auto& fk : t.foreign_keys) fk.named = false;
    }
    reconcile(expected, actual);
    const Schema once = expected;
    reconcile(expected, actual);
    CHECK(diff(expected, once).empty());
  }
}

}  // namespace
}  // namespace plinth
