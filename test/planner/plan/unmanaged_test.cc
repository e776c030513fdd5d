#include "planner/plan/checks/unmanaged.h"

#include <doctest/doctest.h>

#include <ostream>

#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// What speaks against the way from one schema to another beside those that nobody asked for.
Said refusals(const Schema& from, const Schema& to, const Schema& beside) {
  PlanOptions options;
  options.unmanaged = &beside;
  const Plan made = plan(to, from, options);
  Said out;
  for (const auto& c : made.conflicts) {
    CHECK(c.kind == ConflictKind::unsupported_operation);
    CHECK_FALSE(c.fix.empty());
    out.push_back(c.summary);
  }
  return out;
}

// A table that nobody asked for: it references `users` and has the type `mood`.
Schema extra() {
  Table t = table("extra", {column("id", "int4"), column("user", "int4"), column("m", "public.mood[]")});
  t.foreign_keys = {foreign_key("extra_user_fkey", {"user"}, "users", {"id"})};
  t.indexes = {index("taken", {"id"})};
  return schema({t});
}

TEST_CASE("unmanaged objects: what leaves them alone goes its way") {
  Schema to = sample();
  in(to, "users", "id").type = "int8";
  in(to, "posts", "author").type = "int8";
  in(to, "users").columns.push_back(column("more", "text", true));
  CHECK(refusals(sample(), to, extra()).empty());
}

TEST_CASE("unmanaged objects: a key that changes its type, goes, or goes with its table") {
  Schema retyped = sample(), keyless = sample(), gone = sample();
  in(retyped, "users", "id").type = "uuid";
  in(retyped, "posts", "author").type = "uuid";
  CHECK(refusals(sample(), retyped, extra()) ==
        Said{R"(Alter type of "users"."id" to uuid is impossible: foreign key "extra_user_fkey" of "extra" )"
             "references it with type int4"});
  in(keyless, "users").primary_key.reset();
  in(keyless, "posts").foreign_keys.clear();
  CHECK(
      refusals(sample(), keyless, extra()) ==
      Said{
          R"(Drop constraint "users_pkey" on "users" is impossible: foreign key "extra_user_fkey" of "extra" leans on it)"});
  std::erase_if(gone.find_namespace("public")->tables, [](const Table&) { return true; });
  CHECK(refusals(sample(), gone, extra()) ==
        Said{R"(Drop table "users" is impossible: foreign key "extra_user_fkey" of "extra" references it)"});
}

TEST_CASE("unmanaged objects: an enum that is made anew, or goes") {
  Schema fewer = sample(), gone = sample();
  fewer.find_enum({"public", "mood"})->values = {"happy"};
  const Said anew = refusals(sample(), fewer, extra());
  REQUIRE(anew.size() == 1);
  CHECK(anew[0] == R"(Drop enum type "mood" is impossible: column "extra"."m" has the type)");
  gone.find_namespace("public")->enums.clear();
  CHECK(refusals(sample(), gone, extra()) == anew);
}

TEST_CASE("unmanaged objects: a key beside the one that they lean on, and a table whose name is taken over") {
  Schema from = sample(), to = sample();
  in(from, "users").uniques.push_back(unique_key("users_id_key", {"id"}));
  Index partial = index("users_id_idx", {"id"});
  partial.unique = true;
  partial.predicate = Expression("id > 0");
  in(from, "users").indexes.push_back(partial);
  CHECK(refusals(from, to, extra()).empty());
  std::erase_if(to.find_namespace("public")->tables, [](const Table& t) { return t.name == "users"; });
  in(to, "posts").foreign_keys.clear();
  in(to, "posts").indexes.push_back(index("users", {"author"}));
  CHECK(refusals(sample(), to, extra()) ==
        Said{R"(Drop table "users" is impossible: foreign key "extra_user_fkey" of "extra" references it)"});
}

TEST_CASE("unmanaged objects: a name that one of them has, and a schema that one is in") {
  Schema to = sample(), gone = sample();
  in(to, "posts").indexes.push_back(index("taken", {"author"}));
  CHECK(refusals(sample(), to, extra()) == Said{R"(The name "taken" is needed twice in schema "public")"});
  gone.namespaces.erase(gone.namespaces.begin());
  Schema beside = schema({table("other", {column("id", "int4")})});
  beside.namespaces.front().name = "audit";
  CHECK(refusals(sample(), gone, beside) == Said{R"(Drop schema "audit" is impossible: table "other" is still in it)"});
}

TEST_CASE("dependents: what needs a column or a table stops what it would not survive") {
  const auto users = [](const char* column) { return ObjectId{ObjectKind::column, {"public", "users", column}}; };
  const std::vector<Dependent> all = {{"rule", "public", "r", users("id"), false},
                                      {"exclusion", "public", "users.x", users("tags"), true},
                                      {"trigger", "public", "users.t", users("tags"), true}};
  const auto refused = [&](const Schema& to, const HintedOrigin& hinted = {}) {
    PlanOptions options;
    options.dependents = &all;
    Schema from = sample();
    for (const auto& op : hinted.renames) apply(op, from);
    Said out;
    for (const auto& c : plan(to, from, options, hinted).conflicts) out.push_back(c.summary);
    return out;
  };
  Schema retyped = sample(), fewer = sample(), gone = sample(), wider = sample();
  in(retyped, "users", "id").type = "int8";
  in(retyped, "posts", "author").type = "int8";
  CHECK(refused(retyped) ==
        Said{R"(Alter type of "users"."id" to int8 is impossible: rule "r" of schema "public" needs it)"});
  std::erase_if(in(fewer, "users").columns, [](const Column& c) { return c.name == "tags"; });
  CHECK(refused(fewer).size() == 2);  // the exclusion would go along, the trigger stops it
  std::erase_if(gone.find_namespace("public")->tables, [](const Table& t) { return t.name == "users"; });
  in(gone, "posts").foreign_keys.clear();
  CHECK(refused(gone) == Said{R"(Drop table "users" is impossible: rule "r" of schema "public" needs it)"});
  in(wider, "users").columns.push_back(column("more", "text", true));
  CHECK(refused(wider).empty());
}

}  // namespace
}  // namespace plinth
