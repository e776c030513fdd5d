#include "planner/compare/reconcile.h"

#include <doctest/doctest.h>

#include "planner/compare/control.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

Schema reconciled(Schema expected, const Schema& actual) {
  reconcile(expected, actual);
  return expected;
}

// The sample, with names that nobody chose.
Schema unnamed_sample() {
  Schema s = sample();
  for (auto& t : s.namespaces[1].tables) {
    if (t.primary_key) t.primary_key->named = false;
    for (auto& u : t.uniques) u.named = false;
    for (auto& i : t.indexes) i.named = false;
    for (auto& fk : t.foreign_keys) fk.named = false;
  }
  return s;
}

Schema renamed_sample() {
  Schema s = sample();
  in(s, "posts").primary_key->name = "pk";
  in(s, "users").uniques[0].name = "uq";
  in(s, "users").indexes[0].name = "ix";
  in(s, "posts").foreign_keys[0].name = "fk";
  return s;
}

TEST_CASE("reconcile: names that the contract leaves open are those of the database") {
  CHECK(diff(reconciled(unnamed_sample(), renamed_sample()), renamed_sample()).empty());
}

TEST_CASE("reconcile: names that the contract chose stay, and are differences") {
  CHECK(diff(reconciled(sample(), renamed_sample()), renamed_sample()).size() == 7);  // the key, and three pairs
}

TEST_CASE("reconcile: an open name prefers what is the same, then what is alike") {
  Schema actual = sample();
  Table& t = in(actual, "users");
  t.indexes = {index("other", {"age"}), index("same", {"age"})};
  t.indexes[0].method = "hash";
  const Schema expected = reconciled(unnamed_sample(), actual);
  CHECK(expected.find_table({"public", "users"})->indexes[0].name == "same");
}

TEST_CASE("reconcile: two open indexes on the same columns take two names") {
  Schema expected = sample(), actual = sample();
  in(expected, "users").indexes = {index("users_age_idx", {"age"}), index("users_age_idx1", {"age"})};
  for (auto& i : in(expected, "users").indexes) i.named = false;
  in(actual, "users").indexes = {index("a", {"age"}), index("b", {"age"})};
  CHECK(diff(reconciled(expected, actual), actual).empty());
}

TEST_CASE("reconcile: an autoincrement is a sequence or an identity, as the database has it") {
  Schema expected = sample(), identity = sample();
  in(expected, "users", "id").fallback = Default{Default::Kind::expression, "autoincrement()"};
  in(identity, "users", "id").identity = Identity::by_default;
  CHECK(diff(reconciled(expected, identity), identity).empty());
  CHECK(diff(reconciled(expected, expected), expected).empty());
  CHECK(diff(reconciled(expected, sample()), sample()).size() == 1);  // neither: the default is lost
}

Check element_check(const std::string& name) {
  Check c = check(name, "array_position(tags, NULL::text) IS NULL");
  c.implied = true;
  return c;
}

TEST_CASE("reconcile: an element check is asked only of columns that are new, and has the name it has") {
  Schema expected = sample(), renamed = sample();
  in(expected, "users")
      .checks.insert(in(expected, "users").checks.begin() + 1, element_check("users_tags_elem_not_null"));
  sort_by_name(in(expected, "users").checks);
  CHECK(diff(reconciled(expected, sample()), sample()).empty());  // a column that has lived without

  in(renamed, "users").checks.push_back(element_check("odd"));
  sort_by_name(in(renamed, "users").checks);
  CHECK(diff(reconciled(expected, renamed), renamed).empty());

  Schema without = sample();
  in(without, "users").columns.pop_back();
  CHECK(diff(reconciled(expected, without), without).size() == 2);  // the column and its check
}

TEST_CASE("reconcile: the text of a policy counts only where its name does not carry its hash") {
  Schema expected = sample(), actual = sample();
  in(actual, "users").policies[0].using_expression = "(id = (1)::integer)";
  CHECK(diff(reconciled(expected, actual), actual).size() == 1);
  for (Schema* s : {&expected, &actual}) in(*s, "users").policies[0].name = "own_0123abcd";
  CHECK(diff(reconciled(expected, actual), actual).empty());
}

// ---- control ----------------------------------------------------------------------------------------------------

TEST_CASE("control: only what is managed counts where it exists") {
  for (const Control c : {Control::tolerated, Control::external, Control::observed}) {
    CAPTURE(std::string(name_of(c)));
    Schema expected = sample(), actual = sample();
    in(expected, "users").control = c;
    expected.namespaces[1].enums[0].control = c;
    in(actual, "users", "age").type = "text";
    actual.namespaces[1].enums[0].values = {"other"};
    respect_control(expected, actual);
    CHECK(diff(expected, actual).empty());
    CHECK(expected.find_table({"public", "users"}) == nullptr);
    CHECK(expected.find_table({"public", "posts"}) != nullptr);
  }
}

TEST_CASE("control: what is tolerated is created, what is external or observed is not") {
  for (const Control c : {Control::tolerated, Control::external, Control::observed}) {
    CAPTURE(std::string(name_of(c)));
    Schema expected = schema({table("cache", {column("id", "int4")})}, {{"mood", {"a"}}}), actual = schema({});
    in(expected, "cache").control = c;
    expected.namespaces[0].enums[0].control = c;
    respect_control(expected, actual);
    CHECK(way(actual, expected) ==
          (c == Control::tolerated ? Lines{"createEnumType mood", "createTable cache"} : Lines{}));
  }
}

TEST_CASE("control: what the contract before left to somebody else is nobody's to drop") {
  for (const Control c : {Control::tolerated, Control::external, Control::observed}) {
    CAPTURE(std::string(name_of(c)));
    Schema before = sample(), expected = sample(), actual = sample();
    in(before, "posts").control = c;
    std::erase_if(expected.find_namespace("public")->tables, [](const Table& t) { return t.name == "posts"; });
    CHECK(forget_leftovers(Leftovers::unclaimed, expected, actual, before).names == Lines{"table public.posts"});
    respect_control(expected, before);
    CHECK(diff(expected, before).empty());
  }
}

TEST_CASE("control: what the contract before named is no stranger") {
  Schema expected = schema({table("users", {column("id", "int4")})}), actual = sample();
  CHECK(forget_leftovers(Leftovers::unclaimed, expected, actual, sample()).names.empty());
  CHECK(actual == sample());
}

TEST_CASE("control: a schema that is not there yet has nothing that exists") {
  Schema expected = sample(), actual;
  in(expected, "posts").control = Control::tolerated;
  in(expected, "users").control = Control::external;
  respect_control(expected, actual);
  CHECK(expected.find_table({"public", "posts"}) != nullptr);
  CHECK(expected.find_table({"public", "users"}) == nullptr);
}

TEST_CASE("control: the unclaimed is forgotten, and named") {
  Schema expected = schema({table("users", {column("id", "int4")})}), actual = sample();
  in(actual, "users").columns = {column("id", "int4"), column("extra")};
  CHECK(forget_leftovers(Leftovers::unclaimed, expected, actual).names ==
        Lines{"extension citext", "schema audit", "enum public.mood", "table public.posts"});
  CHECK(actual.find_table({"public", "posts"}) == nullptr);
  CHECK(in(actual, "users").columns.size() == 2);  // what a claimed table holds stays
  CHECK(forget_leftovers(Leftovers::unclaimed, expected, actual).names.empty());
}

}  // namespace
}  // namespace plinth
