#include "planner/plan/pipeline.h"

#include <doctest/doctest.h>

#include <functional>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/database/create_dependency.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// What is done to the sample, the way there, and the way back.
struct Story {
  const char* name;
  std::function<void(Schema&)> change;
  Lines there, back;
};

Schema changed(const Story& s) {
  Schema out = sample();
  s.change(out);
  return out;
}

void tell(const std::vector<Story>& stories) {
  for (const auto& s : stories) {
    CAPTURE(s.name);
    CHECK(way(sample(), changed(s)) == s.there);
    CHECK(way(changed(s), sample()) == s.back);
  }
}

TEST_CASE("plan: whole objects come and go") {
  tell({
      {"extension", [](Schema& s) { s.extensions.clear(); }, {"dropExtension citext"}, {"createExtension citext"}},
      {"schema",
       [](Schema& s) { s.namespaces.erase(s.namespaces.begin()); },
       {"dropTable log", "dropEnumType level", "dropSchema audit"},
       {"createSchema audit", "createEnumType level", "createTable log"}},
      {"enum", [](Schema& s) { s.namespaces[1].enums.clear(); }, {"dropEnumType mood"}, {"createEnumType mood"}},
      {"table",
       [](Schema& s) { s.namespaces[1].tables.erase(s.namespaces[1].tables.begin()); },
       {"dropTable posts"},
       {"createTable posts", "addForeignKey posts.posts_author_fkey"}},
      {"table with everything",
       [](Schema& s) { s.namespaces[1].tables.clear(); },
       {"dropTable posts", "dropTable users"},
       {"createTable posts", "createTable users", "addUnique users.users_email_key",
        "addCheckConstraint users.users_age_check", "addCheckConstraint users.users_role_check",
        "createIndex users.users_age_idx", "addForeignKey posts.posts_author_fkey", "enableRowLevelSecurity users",
        "createRlsPolicy users.own"}},
  });
}

TEST_CASE("plan: parts of a table come and go") {
  tell({
      {"column",
       [](Schema& s) { in(s, "users").columns.pop_back(); },
       {"dropColumn users.tags"},
       {"addColumn users.tags"}},
      {"column with its index",
       [](Schema& s) {
         Table& t = in(s, "users");
         t.columns.erase(t.columns.begin() + 2);
         t.indexes.clear();
         t.checks.erase(t.checks.begin());
       },
       {"dropCheckConstraint users.users_age_check", "dropIndex users.users_age_idx", "dropColumn users.age"},
       {"addColumn users.age", "addCheckConstraint users.users_age_check", "createIndex users.users_age_idx"}},
      {"primary key",
       [](Schema& s) { in(s, "posts").primary_key.reset(); },
       {"dropConstraint posts.posts_pkey"},
       {"dataTransform deduplicate-posts-id", "addPrimaryKey posts.posts_pkey"}},
      {"unique",
       [](Schema& s) { in(s, "users").uniques.clear(); },
       {"dropConstraint users.users_email_key"},
       {"dataTransform deduplicate-users-email", "addUnique users.users_email_key"}},
      {"checks",
       [](Schema& s) { in(s, "users").checks.clear(); },
       {"dropCheckConstraint users.users_age_check", "dropCheckConstraint users.users_role_check"},
       {"dataTransform resolve-violations-users-users_age_check",
        "dataTransform resolve-violations-users-users_role_check", "addCheckConstraint users.users_age_check",
        "addCheckConstraint users.users_role_check"}},
      {"foreign key",
       [](Schema& s) { in(s, "posts").foreign_keys.clear(); },
       {"dropConstraint posts.posts_author_fkey"},
       {"dataTransform resolve-orphans-posts-author", "addForeignKey posts.posts_author_fkey"}},
      {"index",
       [](Schema& s) { in(s, "users").indexes.clear(); },
       {"dropIndex users.users_age_idx"},
       {"createIndex users.users_age_idx"}},
      {"policy",
       [](Schema& s) { in(s, "users").policies.clear(); },
       {"dropRlsPolicy users.own"},
       {"createRlsPolicy users.own"}},
      {"row security with its policies",
       [](Schema& s) {
         in(s, "users").policies.clear();
         in(s, "users").row_security = false;
       },
       {"dropRlsPolicy users.own", "disableRowLevelSecurity users"},
       {"enableRowLevelSecurity users", "createRlsPolicy users.own"}},
      {"forced row security",
       [](Schema& s) { in(s, "users").force_row_security = true; },
       {"forceRowLevelSecurity users"},
       {"forceRowLevelSecurity users"}},
  });
}

TEST_CASE("plan: properties of columns") {
  const auto at = [](const char* column) { return [column](Schema& s) -> Column& { return in(s, "users", column); }; };
  tell({
      {"a default appears",
       [&](Schema& s) {
         at("role")(s).fallback = Default{Default::Kind::literal, "\"USER\""};
       },
       {"setDefault users.role"},
       {"dropDefault users.role"}},
      {"an identity appears",
       [&](Schema& s) { at("id")(s).identity = Identity::by_default; },
       {"alterIdentity users.id"},
       {"alterIdentity users.id"}},
      {"a serial appears",
       [&](Schema& s) {
         at("id")(s).fallback = Default{Default::Kind::expression, "autoincrement()"};
       },
       {"setDefault users.id"},
       {"dropDefault users.id"}},
      {"NOT NULL goes, and comes back through a transform",
       [&](Schema& s) { at("email")(s).nullable = true; },
       {"dropNotNull users.email"},
       {"dataTransform handle-nulls-users-email", "setNotNull users.email"}},
      {"another collation",
       [&](Schema& s) { at("email")(s).collation = "pg_catalog.\"C\""; },
       {"alterColumnType users.email"},
       {"alterColumnType users.email"}},
      {"a generated column comes and goes",
       [&](Schema& s) {
         Column c = column("twice", "int4");
         c.generated = Expression("id * 2");
         in(s, "users").columns.push_back(c);
       },
       {"addColumn users.twice"},
       {"dropColumn users.twice"}},
  });
}

TEST_CASE("plan: changed keys, constraints and indexes are dropped and added again") {
  tell({
      {"primary key that nothing leans on",
       [](Schema& s) { in(s, "posts").primary_key->columns = {"author"}; },
       {"dropConstraint posts.posts_pkey", "dataTransform deduplicate-posts-author", "addPrimaryKey posts.posts_pkey"},
       {"dropConstraint posts.posts_pkey", "dataTransform deduplicate-posts-id", "addPrimaryKey posts.posts_pkey"}},
      {"unique",
       [](Schema& s) { in(s, "users").uniques[0].columns = {"role"}; },
       {"dropConstraint users.users_email_key", "dataTransform deduplicate-users-role",
        "addUnique users.users_email_key"},
       {"dropConstraint users.users_email_key", "dataTransform deduplicate-users-email",
        "addUnique users.users_email_key"}},
      {"free-form check",
       [](Schema& s) { in(s, "users").checks[0].expression = "age > 1"; },
       {"dropCheckConstraint users.users_age_check", "dataTransform resolve-violations-users-users_age_check",
        "addCheckConstraint users.users_age_check"},
       {"dropCheckConstraint users.users_age_check", "dataTransform resolve-violations-users-users_age_check",
        "addCheckConstraint users.users_age_check"}},
      {"foreign key",
       [](Schema& s) { in(s, "posts").foreign_keys[0].on_delete = ReferentialAction::cascade; },
       {"dropConstraint posts.posts_author_fkey", "addForeignKey posts.posts_author_fkey"},
       {"dropConstraint posts.posts_author_fkey", "addForeignKey posts.posts_author_fkey"}},
      {"index",
       [](Schema& s) { in(s, "users").indexes[0].unique = true; },
       {"dropIndex users.users_age_idx", "dataTransform deduplicate-users-age", "createIndex users.users_age_idx"},
       {"dropIndex users.users_age_idx", "createIndex users.users_age_idx"}},
      {"policy",
       [](Schema& s) { in(s, "users").policies[0].command = PolicyCommand::select; },
       {"dropRlsPolicy users.own", "createRlsPolicy users.own"},
       {"dropRlsPolicy users.own", "createRlsPolicy users.own"}},
  });
}

TEST_CASE("plan: what differs in its name alone is renamed") {
  tell({
      {"primary key",
       [](Schema& s) { in(s, "posts").primary_key->name = "posts_key"; },
       {"renameConstraint posts.posts_key"},
       {"renameConstraint posts.posts_pkey"}},
      {"unique",
       [](Schema& s) { in(s, "users").uniques[0].name = "one_email"; },
       {"renameConstraint users.one_email"},
       {"renameConstraint users.users_email_key"}},
      {"check",
       [](Schema& s) { in(s, "users").checks[0].name = "grown_up"; },
       {"renameConstraint users.grown_up"},
       {"renameConstraint users.users_age_check"}},
      {"foreign key",
       [](Schema& s) { in(s, "posts").foreign_keys[0].name = "written_by"; },
       {"renameConstraint posts.written_by"},
       {"renameConstraint posts.posts_author_fkey"}},
      {"index",
       [](Schema& s) { in(s, "users").indexes[0].name = "by_age"; },
       {"renameIndex users.by_age"},
       {"renameIndex users.users_age_idx"}},
      {"policy",
       [](Schema& s) { in(s, "users").policies[0].name = "mine"; },
       {"renameRlsPolicy users.mine"},
       {"renameRlsPolicy users.own"}},
  });
}

TEST_CASE("plan: a constraint that was never validated is validated, not built again") {
  Schema actual = sample();
  in(actual, "users").checks[0].not_valid = true;
  in(actual, "posts").foreign_keys[0].not_valid = true;
  CHECK(way(actual, sample()) ==
        Lines{"dataTransform resolve-orphans-posts-author", "dataTransform resolve-violations-users-users_age_check",
              "validateConstraint posts.posts_author_fkey", "validateConstraint users.users_age_check"});
}

TEST_CASE("plan: foreign keys are detached while the key they lean on changes") {
  Schema to = sample();
  in(to, "users").primary_key->include = {"email"};
  CHECK(way(sample(), to) == Lines{"dropConstraint posts.posts_author_fkey", "dropConstraint users.users_pkey",
                                   "addPrimaryKey users.users_pkey", "addForeignKey posts.posts_author_fkey"});
}

TEST_CASE("plan: a foreign key that leans on a primary key and a unique constraint is detached once") {
  Schema from = sample();
  in(from, "users").uniques.push_back(unique_key("users_id_key", {"id"}));
  Schema to = from;
  in(to, "users").primary_key->include = {"email"};
  in(to, "users").uniques[1].include = {"email"};
  const Lines there = way(from, to);
  CHECK(std::count(there.begin(), there.end(), "dropConstraint posts.posts_author_fkey") == 1);
  CHECK(std::count(there.begin(), there.end(), "addForeignKey posts.posts_author_fkey") == 1);
}

TEST_CASE("plan: foreign keys of tables that are dropped late do not hold on to keys and types that change now") {
  Schema key = sample(), type = sample();
  key.namespaces[1].tables.erase(key.namespaces[1].tables.begin());
  type.namespaces[1].tables.erase(type.namespaces[1].tables.begin());
  in(key, "users").primary_key.reset();
  in(type, "users", "id").type = "uuid";
  CHECK(way(sample(), key) ==
        Lines{"dropConstraint posts.posts_author_fkey", "dropConstraint users.users_pkey", "dropTable posts"});
  CHECK(way(sample(), type) == Lines{"dropConstraint posts.posts_author_fkey", "dropRlsPolicy users.own",
                                     "dataTransform typechange-users-id", "alterColumnType users.id",
                                     "createRlsPolicy users.own", "dropTable posts"});
}

TEST_CASE("plan: checks and expressions of indexes are read anew on a type that does not compare with the old one") {
  Schema from = sample();
  Index expression = index("by_role", {});
  expression.keys = {{"", Expression("lower(role)"), {}, {}, false, {}, false}};
  in(from, "users").indexes.push_back(expression);
  sort_by_name(in(from, "users").indexes);
  Schema to = from;
  in(to, "users", "role").type = "bytea";
  CHECK(way(from, to) == Lines{"dropIndex users.by_role", "dropCheckConstraint users.users_role_check",
                               "dataTransform typechange-users-role", "alterColumnType users.role",
                               "addCheckConstraint users.users_role_check", "createIndex users.by_role"});
}

TEST_CASE("plan: foreign keys and policies make room for another type, and stay for one that compares alike") {
  Schema text = sample(), wide = sample();
  for (Schema* s : {&text, &wide}) {
    const std::string type = s == &text ? "text" : "int8";
    in(*s, "users", "id").type = type;
    in(*s, "posts", "author").type = type;
  }
  CHECK(way(sample(), text) == Lines{"dropConstraint posts.posts_author_fkey", "dropRlsPolicy users.own",
                                     "alterColumnType posts.author", "alterColumnType users.id",
                                     "addForeignKey posts.posts_author_fkey", "createRlsPolicy users.own"});
  CHECK(way(sample(), wide) == Lines{"dropRlsPolicy users.own", "alterColumnType posts.author",
                                     "alterColumnType users.id", "createRlsPolicy users.own"});
}

TEST_CASE("plan: an identity comes after NOT NULL and goes before it; a default goes first") {
  Schema from = sample(), to = sample();
  in(from, "users", "age").fallback = Default{Default::Kind::literal, "1"};
  in(to, "users", "age").nullable = false;
  in(to, "users", "age").identity = Identity::always;
  CHECK(way(from, to) == Lines{"dropDefault users.age", "dataTransform handle-nulls-users-age", "setNotNull users.age",
                               "alterIdentity users.age"});
  CHECK(way(to, from) == Lines{"alterIdentity users.age", "dropNotNull users.age", "setDefault users.age"});
}

TEST_CASE("plan: another generation expression makes the column anew, none at all keeps its values") {
  Schema from = sample(), to = sample();
  in(from, "users", "age").generated = Expression("id + 1");
  in(to, "users", "age").generated = Expression("id + 2");
  CHECK(way(from, to) == Lines{"dropCheckConstraint users.users_age_check", "dropIndex users.users_age_idx",
                               "dropColumn users.age", "addColumn users.age",
                               "dataTransform resolve-violations-users-users_age_check",
                               "addCheckConstraint users.users_age_check", "createIndex users.users_age_idx"});
  CHECK(way(from, sample()) == Lines{"dropExpression users.age"});
  PlanOptions options;
  options.server_version = 12;
  const Plan p = plan(sample(), from, options);
  REQUIRE(p.conflicts.size() == 1);
  CHECK(p.conflicts[0].kind == ConflictKind::unsupported_operation);
  CHECK(p.conflicts[0].path == Lines{"public", "users", "age"});
}

TEST_CASE("plan: operations that are taken out leave what is known of the others in its place") {
  Schema to = sample();
  in(to, "users", "age").nullable = false;
  in(to, "posts").columns.pop_back();
  in(to, "posts").foreign_keys.clear();
  Plan p = plan(to, sample());
  remove_operations(p, [](const Operation& op) { return holds_alternative<DataTransform>(op); });
  CHECK(p.placeholders.empty());
  REQUIRE_FALSE(p.hazards.empty());
  for (const auto& h : p.hazards) CHECK(label(p.operations.at(h.position)) == h.label);
  for (const auto& i : p.impacts) CHECK(label(p.operations.at(i.position)) == i.label);
}

TEST_CASE("plan: the policy gate names every operation that it forbids, and leaves no plan") {
  Schema to = sample();
  in(to, "users").indexes.clear();                               // destructive
  in(to, "users").columns.pop_back();                            // destructive
  in(to, "users", "email").nullable = true;                      // widening
  in(to, "users").columns.push_back(column("b", "int4", true));  // additive
  const Plan p = plan(to, sample(), {{OperationClass::additive}});
  CHECK(p.operations.empty());
  CHECK(p.placeholders.empty());
  Lines summaries;
  for (const auto& c : p.conflicts) {
    CHECK(c.kind == ConflictKind::policy_violation);
    summaries.push_back(c.summary);
  }
  std::sort(summaries.begin(), summaries.end());
  CHECK(
      summaries ==
      Lines{
          R"(Operation "Drop NOT NULL on "users"."email"" requires class "widening", but policy allows only: additive)",
          R"(Operation "Drop column "tags" from "users"" requires class "destructive", but policy allows only: additive)",
          R"(Operation "Drop index "users_age_idx"" requires class "destructive", but policy allows only: additive)"});
}

TEST_CASE("plan: what needs a transform is a conflict where the policy forbids data") {
  Schema to = sample();
  in(to, "users").columns.push_back(column("handle"));
  in(to, "users", "age").nullable = false;
  in(to, "users", "email").type = "int4";
  to.namespaces[1].enums[0].values = {"happy"};
  const PlanOptions options{{OperationClass::additive, OperationClass::widening, OperationClass::destructive}};
  const Plan p = plan(to, sample(), options);
  CHECK(p.operations.empty());
  REQUIRE(p.conflicts.size() == 4);
  for (const auto& c : p.conflicts) {
    CHECK(c.kind == ConflictKind::policy_violation);
    CHECK(c.summary.ends_with("needs a data transform"));
  }
}

TEST_CASE("plan: lists its hazards and its open slots") {
  Schema to = sample();
  in(to, "users").columns.push_back(column("handle"));
  in(to, "users").columns.erase(in(to, "users").columns.begin() + 4);
  const Plan p = plan(to, sample());
  CHECK(p.placeholders == Lines{"backfill-users-handle:run"});
  CHECK(p.needs_data_migration());
  const bool loses = std::any_of(p.hazards.begin(), p.hazards.end(), [](const PlanHazard& h) {
    return h.kind == HazardKind::data_loss && h.operation == "dropColumn.users.tags";
  });
  CHECK(loses);
  CHECK_FALSE(plan(sample(), sample()).needs_data_migration());
}

}  // namespace
}  // namespace plinth
