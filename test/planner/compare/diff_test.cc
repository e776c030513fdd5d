#include "planner/compare/diff.h"

#include <doctest/doctest.h>

#include <functional>

#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// For each kind of node: what removes it from the sample, and what changes it.
struct NodeCase {
  std::string kind, path;
  std::function<void(Schema&)> remove;
  std::string field;
  std::function<void(Schema&)> change;
};

const std::vector<NodeCase>& node_cases() {
  static const std::vector<NodeCase> cases = {
      {"extension", "citext", [](Schema& s) { s.extensions.clear(); }, "", {}},
      {"schema", "audit", [](Schema& s) { s.namespaces.erase(s.namespaces.begin()); }, "", {}},
      {"enum", "public.mood", [](Schema& s) { s.namespaces[1].enums.clear(); }, "values",
       [](Schema& s) {
         s.namespaces[1].enums[0].values = {"happy", "sad"};
       }},
      {"table", "public.posts", [](Schema& s) { s.namespaces[1].tables.erase(s.namespaces[1].tables.begin()); },
       "forceRowSecurity", [](Schema& s) { in(s, "posts").force_row_security = true; }},
      {"column", "public.users.age",
       [](Schema& s) {
         auto& c = in(s, "users").columns;
         c.erase(c.begin() + 2);
       },
       "type", [](Schema& s) { in(s, "users", "age").type = "int8"; }},
      {"primaryKey", "public.posts.posts_pkey", [](Schema& s) { in(s, "posts").primary_key.reset(); }, "columns",
       [](Schema& s) { in(s, "posts").primary_key->columns = {"author"}; }},
      {"unique", "public.users.users_email_key", [](Schema& s) { in(s, "users").uniques.clear(); }, "nullsNotDistinct",
       [](Schema& s) { in(s, "users").uniques[0].nulls_not_distinct = true; }},
      {"check", "public.users.users_age_check",
       [](Schema& s) {
         auto& c = in(s, "users").checks;
         c.erase(c.begin());
       },
       "expression", [](Schema& s) { in(s, "users").checks[0].expression = "age > 1"; }},
      {"foreignKey", "public.posts.posts_author_fkey", [](Schema& s) { in(s, "posts").foreign_keys.clear(); },
       "onDelete", [](Schema& s) { in(s, "posts").foreign_keys[0].on_delete = ReferentialAction::cascade; }},
      {"index", "public.users.users_age_idx", [](Schema& s) { in(s, "users").indexes.clear(); }, "method",
       [](Schema& s) { in(s, "users").indexes[0].method = "hash"; }},
      {"policy", "public.users.own", [](Schema& s) { in(s, "users").policies.clear(); }, "permissive",
       [](Schema& s) { in(s, "users").policies[0].permissive = false; }},
  };
  return cases;
}

std::string joined(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& p : path) out += (out.empty() ? "" : ".") + p;
  return out;
}

IssueReport only(const Schema& expected, const Schema& actual) {
  const auto reports = report(diff(expected, actual));
  REQUIRE(reports.size() == 1);
  return reports.front();
}

TEST_CASE("diff: every kind of node is missing, extra or different, at its path") {
  for (const auto& c : node_cases()) {
    CAPTURE(c.kind);
    const Schema whole = sample();
    Schema without = whole;
    c.remove(without);
    const IssueReport missing = only(whole, without), extra = only(without, whole);
    CHECK(missing.kind == c.kind);
    CHECK(joined(missing.path) == c.path);
    CHECK(missing.outcome == Outcome::missing);
    CHECK(missing.expected.has_value());
    CHECK_FALSE(missing.actual.has_value());
    CHECK(missing.message == c.kind + " " + c.path + " is missing");
    CHECK(extra.outcome == Outcome::extra);
    CHECK(extra.message == c.kind + " " + c.path + " is not expected");
    if (!c.change) continue;
    Schema changed = whole;
    c.change(changed);
    const IssueReport different = only(changed, whole);
    CHECK(different.kind == c.kind);
    CHECK(joined(different.path) == c.path);
    CHECK(different.outcome == Outcome::different);
    CHECK(different.differing == Lines{c.field});
    CHECK(different.message.starts_with(c.kind + " " + c.path + ": " + c.field + " should be "));
  }
}

TEST_CASE("diff: nothing differs from itself, and every node of a schema differs from nothing") {
  CHECK(diff(sample(), sample()).empty());
  CHECK(diff({}, {}).empty());
  const auto all = report(diff(sample(), {}));
  REQUIRE(all.size() == 3);  // what a missing schema holds is part of it
  CHECK(all[0].kind == "extension");
  CHECK(all[1].path == Lines{"audit"});
  CHECK(all[2].path == Lines{"public"});
}

TEST_CASE("diff: names that nobody chose, control and implied checks are no property") {
  Schema other = sample();
  in(other, "users").uniques[0].named = false;
  in(other, "users").control = Control::external;
  in(other, "users").checks[0].implied = true;
  CHECK(diff(sample(), other).empty());
}

TEST_CASE("diff: expressions compare by what they say") {
  Schema other = sample();
  in(other, "users").checks[0].expression = "((AGE  >   0))";
  in(other, "users").policies[0].using_expression = "(id = 1)";
  CHECK(diff(sample(), other).empty());
  in(other, "users").checks[0].expression = "age > '0'";
  CHECK(diff(sample(), other).size() == 1);
}

TEST_CASE("diff: the order of permitted values means nothing, the order of columns neither, that of key columns does") {
  Schema other = sample();
  in(other, "users").checks[1].membership->values = {"ADMIN", "USER"};
  std::swap(in(other, "users").columns[0], in(other, "users").columns[4]);
  CHECK(diff(sample(), other).empty());
  Schema pair = sample(), swapped = sample();
  in(pair, "users").uniques[0].columns = {"email", "role"};
  in(swapped, "users").uniques[0].columns = {"role", "email"};
  CHECK(diff(pair, swapped).size() == 1);
}

TEST_CASE("diff: several differing fields of one node are one issue that says both values of each") {
  Schema other = sample();
  in(other, "users", "age").type = "int8";
  in(other, "users", "age").nullable = false;
  const IssueReport r = only(other, sample());
  CHECK(r.differing == Lines{"type", "nullable"});
  CHECK(r.message == "column public.users.age: type should be int8, is int4, nullable should be false, is true");
}

}  // namespace
}  // namespace plinth
