#include "planner/plan/online.h"

#include <doctest/doctest.h>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/drop_not_null.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/constraints/validate_constraint.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/values.h"
#include "planner/render/script.h"
#include "test/planner/support/random_schema.h"

namespace plinth {
namespace {

using namespace test;

PlanOptions online_options() {
  PlanOptions out;
  out.online = true;
  return out;
}

// Without the transforms that make rows fit.
Lines online_way(const Schema& from, const Schema& to) {
  Lines out = brief(plan(to, from, online_options()).operations);
  std::erase_if(out, [](const std::string& line) { return line.starts_with("dataTransform "); });
  return out;
}

std::string groups_text(const std::vector<Operation>& operations) { return to_json(commit_groups(operations)); }

const Operation ordinary = DropNotNull{"public", "t", "a"};
const Operation alone = ValidateConstraint{"public", "t", "c", true};
const Operation outside = DropIndex{"public", "t", "i", true};

TEST_CASE("online: keys of a table in use take over indexes that were built before") {
  const Schema from = schema({table("t", {column("a"), column("b")})});
  Schema to = from;
  in(to, "t").primary_key = primary_key("t", {"a"});
  in(to, "t").uniques = {unique_key("t_b_key", {"b"})};
  in(to, "t").uniques[0].nulls_not_distinct = true;
  in(to, "t").uniques[0].deferral = Deferral::deferrable;
  CHECK(online_way(from, to) ==
        Lines{"createIndex t.t_pkey", "addPrimaryKey t.t_pkey", "createIndex t.t_b_key", "addUnique t.t_b_key"});
  CHECK(preview(plan(to, from, online_options()).operations).back() == "COMMIT");
  CHECK(steps(plan(to, from, online_options()).operations.back()).execute[0].sql ==
        R"(ALTER TABLE "public"."t" ADD CONSTRAINT "t_b_key" UNIQUE USING INDEX "t_b_key" DEFERRABLE)");
}

TEST_CASE("online: NOT NULL is proved before it is set") {
  const Schema from = schema({table("t", {column("a", "int4", true)})});
  Schema to = from;
  in(to, "t", "a").nullable = false;
  CHECK(online_way(from, to) == Lines{"addCheckConstraint t.t_a_filled", "validateConstraint t.t_a_filled",
                                      "setNotNull t.a", "dropCheckConstraint t.t_a_filled"});
  const Plan p = plan(to, from, online_options());
  const bool reads_again = std::any_of(p.impacts.begin(), p.impacts.end(), [](const OperationImpact& i) {
    return i.operation.starts_with("alterNullability") && !i.impact.scans.empty();
  });
  CHECK_FALSE(reads_again);
}

TEST_CASE("online: a default of each row's own is set first and filled in later, if rows may be changed at all") {
  const Schema from = schema({table("t", {column("a")})});
  Schema to = from;
  in(to, "t").columns.push_back(with_default(column("k", "uuid"), Default::Kind::expression, "gen_random_uuid()"));
  CHECK(online_way(from, to) == Lines{"addColumn t.k", "setDefault t.k", "addCheckConstraint t.t_k_filled",
                                      "validateConstraint t.t_k_filled", "setNotNull t.k",
                                      "dropCheckConstraint t.t_k_filled"});
  const auto filled = plan(to, from, online_options()).operations[2];
  CHECK(id(filled) == "data_migration.backfill-t-k");
  CHECK(open_slots(filled).empty());
  CHECK(transaction_mode(filled) == TransactionMode::requires_tx);
  PlanOptions no_data = online_options();
  no_data.classes = {OperationClass::additive, OperationClass::destructive};
  CHECK(brief(plan(to, from, no_data).operations) == Lines{"addColumn t.k"});
}

TEST_CASE("online: tables of the plan itself are made as ever, and cost nothing") {
  Schema to = schema({table("t", {column("a"), column("b")})});
  in(to, "t").uniques = {unique_key("t_a_key", {"a"})};
  in(to, "t").indexes = {index("t_b_idx", {"b"})};
  in(to, "t").checks = {check("c", "a <> b")};
  const Schema from = schema({});
  CHECK(online_way(from, to) == way(from, to));
  CHECK(plan(to, from).hazards.empty());
  CHECK(fits_one_transaction(commit_groups(plan(to, from, online_options()).operations)));
}

TEST_CASE("online: what a transform reads is dropped in its transaction; what comes before and after goes its way") {
  Schema from = schema({table("t", {column("a", "text"), column("z", "text")}), table("u", {column("x")})}), to = from;
  in(to, "t").columns = {column("a", "text"), column("b", "text")};
  in(to, "t").indexes = {index("t_a_idx", {"a"})};
  in(to, "u").columns = {column("x", "int8")};
  const std::vector<Operation> way = plan(to, from, online_options()).operations;
  CHECK(brief(way) == Lines{"addColumn t.b", "dataTransform backfill-t-b", "dataTransform typechange-u-x",
                            "alterColumnType u.x", "setNotNull t.b", "createIndex t.t_a_idx", "dropColumn t.z"});
  CHECK(fits_one_transaction(commit_groups(way)));
}

TEST_CASE("online: any plan leads to where it leads otherwise, and holds up nobody with keys, checks and indexes") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    const Plan p = plan(to, from, online_options());
    REQUIRE(p.conflicts.empty());
    CHECK(prove(from, p.operations, to).ok);
    // What is committed together with a transform keeps its form.
    const HeldTogether together = held_together(p.operations);
    for (const auto& i : p.impacts) {
      const bool is_held = i.position >= together.first && i.position < together.end;
      if (!is_held) CHECK_FALSE(i.impact.online);
    }
  }
}

TEST_CASE("commit groups: neighbours share a transaction; what cannot is alone") {
  CHECK(groups_text({}) == "[]");
  CHECK(
      groups_text({ordinary, ordinary}) ==
      R"([{"mode":"transaction","operations":["alterNullability.dropNotNull.t.a","alterNullability.dropNotNull.t.a"]}])");
  const auto groups = commit_groups({ordinary, alone, alone, ordinary, outside, ordinary});
  REQUIRE(groups.size() == 6);
  CHECK(groups[4].mode == GroupMode::none);
  CHECK(groups[5].first == 5);
  CHECK_FALSE(fits_one_transaction(groups));
  CHECK_FALSE(fits_one_transaction(commit_groups({outside})));
  CHECK(fits_one_transaction(commit_groups({alone})));
}

TEST_CASE("commit groups: stored operations keep where they stand, with or without their source") {
  for (const bool with_source : {true, false}) {
    CHECK(transaction_mode(stored_form(outside, with_source)) == TransactionMode::non_tx);
    CHECK(transaction_mode(stored_form(alone, with_source)) == TransactionMode::requires_tx);
    CHECK(transaction_mode(stored_form(ordinary, with_source)) == TransactionMode::in_tx);
  }
}

TEST_CASE("script: transactions are written out where there are several") {
  CHECK(sql_text({ordinary, outside, alone}) == R"(BEGIN;

-- Drop NOT NULL on "t"."a"
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP NOT NULL;

COMMIT;

-- Drop index "i"
DROP INDEX CONCURRENTLY "public"."i";

BEGIN;

-- Validate constraint "c" on "t"
ALTER TABLE "public"."t" VALIDATE CONSTRAINT "c";

COMMIT;
)");
  CHECK(preview({ordinary}).size() == 1);
}

TEST_CASE("impact: which defaults differ from row to row") {
  const auto differs = [](std::string text) {
    return is_volatile(Default{Default::Kind::expression, std::move(text)});
  };
  for (const char* text : {"now()", "CURRENT_TIMESTAMP(3)", "7", "'random()'", "lower('A')", "date_trunc('day', now())",
                           "'{}'::jsonb", "(1 + 2)"}) {
    CAPTURE(text);
    CHECK_FALSE(differs(text));
  }
  for (const char* text : {"random()", "clock_timestamp()", "gen_random_uuid()", "autoincrement()", "public.mine(1)",
                           "\"Mine\"()", "now() + random() * '1 day'::interval"}) {
    CAPTURE(text);
    CHECK(differs(text));
  }
  CHECK_FALSE(is_volatile(Default{Default::Kind::literal, "\"random()\""}));
  CHECK_FALSE(is_volatile({}));
}

TEST_CASE("impact: an old server is known not to have NULLS NOT DISTINCT") {
  Unique u = unique_key("t_a_key", {"a"});
  u.nulls_not_distinct = true;
  const Operation op = AddUnique{"public", "t", u};
  CHECK(impact(op, {}, 14).fails == "NULLS NOT DISTINCT needs Postgres 15");
  CHECK(impact(op, {}, 15).fails == "fails on duplicates");
}

TEST_CASE("hazards: say who waits for what") {
  const auto messages = [](const Operation& op) {
    Lines out;
    for (const auto& h : hazards(impact(op, sample(), 15))) {
      out.push_back(std::string(name_of(h.kind)) + ": " + h.message);
    }
    return out;
  };
  CHECK(
      messages(DropConstraint{"public", "posts", "posts_author_fkey", "foreignKey"}) ==
      Lines{
          "locksOthers: ACCESS EXCLUSIVE on \"posts\", and on \"users\": reads and writes wait until commit; safer: a "
          "short transaction of its own, with a lock timeout"});
  CHECK(messages(DropNotNull{"public", "users", "email"}).empty());
  CHECK(
      messages(CreateIndex{"public", "users", index("i", {"age"})}) ==
      Lines{"tableScan: every row of \"users\" is read",
            "blocksWrites: SHARE on \"users\" meanwhile: writes wait until commit; safer: CREATE INDEX CONCURRENTLY"});
}

}  // namespace
}  // namespace plinth
