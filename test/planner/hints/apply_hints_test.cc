#include "planner/hints/apply_hints.h"

#include <doctest/doctest.h>

#include <ostream>

#include "engine/ops/columns/rename_column.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/rename_enum_value.h"
#include "engine/ops/types/rename_type.h"
#include "planner/compare/reconcile.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// The plan that hints lead to: what happens, or what speaks against it. It proves itself, from the untouched origin.
Said guided(const Schema& from, const Schema& to, const std::vector<Hint>& hints) {
  Schema renamed = from, wanted = to;
  const HintedOrigin hinted = apply_hints(hints, {}, to, renamed);
  reconcile(wanted, renamed);
  const Plan made = plan(wanted, renamed, {}, hinted);
  if (made.conflicts.empty()) CHECK(prove(from, made.operations, to).ok);
  Said out(brief(made.operations));
  for (const auto& c : made.conflicts) {
    CHECK(c.kind == ConflictKind::bad_hint);
    CHECK_FALSE(c.why.empty());
    CHECK_FALSE(c.fix.empty());
    out.push_back(c.summary);
  }
  return out;
}

Schema people() {
  Schema s = sample();
  plinth::apply(Operation(RenameTable{"public", "users", "people"}), s);
  return s;
}

TEST_CASE("hints: a table keeps its rows, and what leans on it follows") {
  CHECK(guided(sample(), people(), {RenameTableHint{"public", "users", "people"}}) == Said{"renameTable people"});
}

TEST_CASE("hints: a table and its column at once; the column is looked up under the new name") {
  Schema to = people();
  plinth::apply(Operation(RenameColumn{"public", "people", "email", "mail"}), to);
  CHECK(guided(sample(), to,
               {RenameColumnHint{"public", "people", "email", "mail"}, RenameTableHint{"public", "users", "people"}}) ==
        Said{"renameTable people", "renameColumn people.mail"});
}

TEST_CASE("hints: names of keys follow, whether the contract states them or leaves them open") {
  Schema from = sample(), to = people();
  Table& t = in(to, "people");
  t.primary_key->name = "people_pkey";
  t.uniques.front().name = "people_email_key";
  t.indexes.front().name = "people_age_idx";
  t.indexes.front().named = false;
  CHECK(guided(from, to, {RenameTableHint{"public", "users", "people"}}) ==
        Said{"renameTable people", "renameConstraint people.people_pkey", "renameConstraint people.people_email_key",
             "renameIndex people.people_age_idx"});
}

TEST_CASE("hints: what has the default name of the old table and column is given that of the new ones") {
  Table users = table("users", {column("id", "int4"), column("email")});
  users.primary_key = primary_key("users", {"id"});
  users.uniques = {unique_key("users_email_key", {"email"})};
  users.indexes = {index("kept", {"id"}), index("users_email_idx", {"email"})};
  const Schema from = schema({users});
  Schema to = from;
  plinth::apply(Operation(RenameTable{"public", "users", "people"}), to);
  plinth::apply(Operation(RenameColumn{"public", "people", "email", "mail"}), to);
  Table& people = in(to, "people");
  people.primary_key->name = "people_pkey";
  people.uniques.front().name = "people_mail_key";
  people.indexes.back().name = "people_mail_idx";
  const std::vector<Hint> hints = {RenameTableHint{"public", "users", "people"},
                                   RenameColumnHint{"public", "people", "email", "mail"}};
  CHECK(guided(from, to, hints) ==
        Said{"renameTable people", "renameColumn people.mail", "renameConstraint people.people_pkey",
             "renameConstraint people.people_mail_key", "renameIndex people.people_mail_idx"});
}

TEST_CASE("hints: tables that swap their names swap those of their keys as well") {
  const auto two = [](const std::string& first, const std::string& second) {
    Table a = table(first, {column("x", "int4")}), b = table(second, {column("y", "text")});
    a.primary_key = primary_key(first, {"x"});
    b.primary_key = primary_key(second, {"y"});
    return schema({a, b});
  };
  CHECK(guided(two("a", "b"), two("b", "a"),
               {RenameTableHint{"public", "a", "b"}, RenameTableHint{"public", "b", "a"}}) ==
        Said{"renameTable a__plinth_aside", "renameTable a", "renameTable b", "renameConstraint a.b_pkey__plinth_aside",
             "renameConstraint b.b_pkey", "renameConstraint a.a_pkey"});
}

TEST_CASE("hints: a name that something else has until later") {
  Schema from = sample(), to = people();
  in(from, "posts").indexes.push_back(index("people", {"author"}));
  Schema renamed = from;
  const HintedOrigin hinted = apply_hints({RenameTableHint{"public", "users", "people"}}, {}, to, renamed);
  const Plan made = plan(to, renamed, {}, hinted);
  REQUIRE(made.conflicts.size() == 1);
  CHECK(made.conflicts.front().summary == R"(The name "people" is needed twice in schema "public")");
}

TEST_CASE("hints: enum types and their values") {
  Schema from = sample();
  in(from, "users").columns.push_back(with_default(column("mood", "public.mood"), Default::Kind::literal, "\"sad\""));
  in(from, "users").checks.push_back(check("users_sad", "mood <> 'sad'::public.mood"));
  sort_by_name(in(from, "users").checks);
  Schema to = from;
  plinth::apply(Operation(RenameType{"public", "mood", "temper"}), to);
  plinth::apply(Operation(RenameEnumValue{"public", "temper", "sad", "blue"}), to);
  CHECK(in(to, "users", "mood").fallback->value == "\"blue\"");
  CHECK(find_named(in(to, "users").checks, "users_sad")->expression.text == "mood <> 'blue'::public.temper");
  CHECK(guided(from, to,
               {RenameEnumValueHint{"public", "temper", "sad", "blue"}, RenameEnumHint{"public", "mood", "temper"}}) ==
        Said{"renameType temper", "renameEnumValue temper"});
}

TEST_CASE("hints: chains from their end, circles through a temporary name") {
  const Schema from = schema({table("a", {column("x"), column("y", "int4")}), table("b", {column("z")})});
  const Schema chain = schema({table("b", {column("x"), column("y", "int4")}), table("c", {column("z")})});
  CHECK(guided(from, chain, {RenameTableHint{"public", "a", "b"}, RenameTableHint{"public", "b", "c"}}) ==
        Said{"renameTable c", "renameTable b"});
  const Schema tables = schema({table("a", {column("z")}), table("b", {column("x"), column("y", "int4")})});
  CHECK(guided(from, tables, {RenameTableHint{"public", "a", "b"}, RenameTableHint{"public", "b", "a"}}) ==
        Said{"renameTable a__plinth_aside", "renameTable a", "renameTable b"});
  const Schema columns = schema({table("a", {column("y"), column("x", "int4")}), table("b", {column("z")})});
  CHECK(guided(from, columns, {RenameColumnHint{"public", "a", "x", "y"}, RenameColumnHint{"public", "a", "y", "x"}}) ==
        Said{"renameColumn a.x__plinth_aside", "renameColumn a.x", "renameColumn a.y"});
}

TEST_CASE("hints: what a column becomes besides is planned as ever") {
  const Schema from = schema({table("a", {column("x", "int4", true)})});
  const Schema to = schema({table("a", {column("y", "int8")})});
  CHECK(guided(from, to, {RenameColumnHint{"public", "a", "x", "y"}}) ==
        Said{"renameColumn a.y", "dataTransform handle-nulls-a-y", "alterColumnType a.y", "setNotNull a.y"});
}

TEST_CASE("hints: saying a thing twice does no harm") {
  const RenameTableHint hint{"public", "users", "people"};
  CHECK(guided(sample(), people(), {hint, hint}) == Said{"renameTable people"});
}

TEST_CASE("bad hints are told all at once") {
  const Schema from = schema(
      {table("a", {column("x"), column("y")}), table("b", {column("x")}), table("d", {column("p"), column("r")})});
  const Schema to =
      schema({table("a", {column("x"), column("z")}), table("c", {column("x")}), table("d", {column("p")})});
  const std::string long_name(70, 'n');
  CHECK(guided(from, to,
               {RenameTableHint{"public", "b", "c"}, RenameTableHint{"public", "b", "d"},
                RenameTableHint{"public", "a", "c"}, RenameTableHint{"public", "b2", "c2"},
                RenameTableHint{"shop", "b", "c"}, RenameTableHint{"public", "d", "d"},
                RenameColumnHint{"public", "d", "r", "p"}, RenameColumnHint{"public", "a", "x", "z"},
                RenameColumnHint{"public", "e", "x", "z"}, RenameColumnHint{"public", "a", "q", long_name},
                RenameEnumHint{"public", "e", "f"}, RenameEnumValueHint{"public", "e", "v", "w"},
                MoveHint{{}, {{"public", "a", {"y", "q"}}}, {{"public", "f", {"x"}}}}, MoveHint{}}) ==
        Said{"Cannot rename enum type \"e\" to \"f\": the origin has no enum type \"e\"",
             "Cannot rename value \"v\" of enum type \"e\" to \"w\": the destination has no enum type \"e\"",
             "Cannot rename table \"b\" to \"d\": another hint renames it to \"c\"",
             "Cannot rename table \"a\" to \"c\": another hint gives that name to \"b\"",
             "Cannot rename table \"b2\" to \"c2\": the origin has no table \"b2\"",
             "Cannot rename table \"d\" to \"d\": it is the same name",
             "Cannot rename table \"b\" to \"c\": the destination has no schema \"shop\"",
             "Cannot rename column \"x\" of \"a\" to \"z\": the destination names \"x\" too",
             "Cannot rename column \"q\" of \"a\" to \"" + long_name + "\": \"" + long_name + "\" has 70 bytes",
             "Cannot rename column \"r\" of \"d\" to \"p\": the origin has \"p\" already",
             "Cannot rename column \"x\" of \"e\" to \"z\": the destination has no table \"e\"",
             "Cannot move values as \"move-a-to-f\": the origin has no column \"a\".\"q\"",
             "Cannot move values as \"move-a-to-f\": the destination has no table \"f\"",
             "Cannot move values as \"move-to\": it needs both from and to"});
}

TEST_CASE("what somebody else looks after is not renamed") {
  Schema to = people();
  in(to, "people").control = Control::external;
  CHECK(guided(sample(), to, {RenameTableHint{"public", "users", "people"}}) ==
        Said{"Cannot rename table \"users\" to \"people\": \"people\" is looked after by somebody else"});
}

TEST_CASE("a policy without renames refuses them") {
  Schema renamed = sample();
  const HintedOrigin hinted = apply_hints({RenameTableHint{"public", "users", "people"}}, {}, people(), renamed);
  PlanOptions options;
  options.classes = {OperationClass::additive};
  const Plan made = plan(people(), renamed, options, hinted);
  REQUIRE(made.conflicts.size() == 1);
  CHECK(made.conflicts.front().kind == ConflictKind::policy_violation);
}

TEST_CASE("derived hints give way to given ones, and to what the schemas say") {
  const Schema from = schema({table("a", {column("x"), column("y", "int4")})});
  const Schema to = schema({table("a", {column("u"), column("v", "text")})});
  Schema renamed = from;
  const std::vector<DerivedHint> derived = {{RenameColumnHint{"public", "a", "x", "v"}, "so it is"},
                                            {RenameColumnHint{"public", "a", "y", "v"}, "another type"},
                                            {RenameColumnHint{"public", "gone", "y", "v"}, "no such table"}};
  const HintedOrigin given = apply_hints({RenameColumnHint{"public", "a", "x", "u"}}, derived, to, renamed);
  CHECK(brief(given.renames) == Lines{"renameColumn a.u"});
  CHECK(given.conflicts.empty());
  CHECK(given.warnings.empty());
  renamed = from;
  const HintedOrigin alone = apply_hints({}, derived, to, renamed);
  CHECK(brief(alone.renames) == Lines{"renameColumn a.v"});
  REQUIRE(alone.warnings.size() == 1);
  CHECK(alone.warnings.front().code == WarningCode::renamed_by_mapping);
  CHECK(alone.warnings.front().message == "column \"x\" of \"a\" is renamed to \"v\": so it is");
}

TEST_CASE("derived hints go with those that they lean on") {
  const Schema from = schema({table("t", {column("a", "int4"), column("b", "int4")})});
  const Schema to = schema({table("t", {column("b", "int4"), column("c", "text")})});
  Schema renamed = from;
  const HintedOrigin hinted = apply_hints(
      {},
      {{RenameColumnHint{"public", "t", "a", "b"}, "x"}, {RenameColumnHint{"public", "t", "b", "c"}, "another type"}},
      to, renamed);
  CHECK(hinted.renames.empty());
  CHECK(hinted.conflicts.empty());
}

Schema accounts(bool split) {
  std::vector<Column> user = {column("id", "int4"), column("email")};
  if (!split) user.push_back(column("bio", "text", true));
  Table users = table("user", user);
  users.primary_key = primary_key("user", {"id"});
  Schema s = schema({users});
  if (!split) return s;
  Table profile = table("profile", {column("id", "int4"), column("userId", "int4"), column("bio", "text", true)});
  profile.foreign_keys = {foreign_key("profile_userId_fkey", {"userId"}, "user", {"id"})};
  insert_sorted(s.namespaces.front().tables, profile);
  return s;
}

std::string check_of_move(const Schema& from, const Schema& to, const MoveHint& hint) {
  std::vector<Conflict> conflicts;
  const auto move = plan_move(hint, to, from, conflicts);
  REQUIRE(move);
  return move->transform.check->query ? move->transform.check->query->sql : "none";
}

TEST_CASE("moves: a slot before anything is dropped") {
  CHECK(guided(accounts(false), accounts(true),
               {MoveHint{{}, {{"public", "user", {"bio"}}}, {{"public", "profile", {"bio"}}}}}) ==
        Said{"createTable profile", "dataTransform move-user-to-profile", "addForeignKey profile.profile_userId_fkey",
             "dropColumn user.bio"});
}

TEST_CASE("moves: the check finds values without a counterpart") {
  CHECK(
      check_of_move(accounts(false), accounts(true),
                    {{}, {{"public", "user", {"bio"}}}, {{"public", "profile", {"bio"}}}}) ==
      R"(SELECT "id", "bio" FROM "public"."user" WHERE "bio" IS NOT NULL EXCEPT SELECT "userId", "bio" FROM "public"."profile" LIMIT 1)");
  const Schema orders = schema({table("orders", {column("id", "int4"), column("spec", "json")})});
  const Schema halves = schema({table("new_orders", {column("id", "int8"), column("spec", "json")}),
                                table("old_orders", {column("id", "int4"), column("spec", "json"), column("at")})});
  CHECK(
      check_of_move(orders, halves,
                    {{},
                     {{"public", "orders", {"id", "spec"}}},
                     {{"public", "new_orders", {"id", "spec"}}, {"public", "old_orders", {"id", "spec"}}}}) ==
      R"(SELECT "id", "spec"::text FROM "public"."orders" WHERE "id" IS NOT NULL OR "spec" IS NOT NULL EXCEPT )"
      R"((SELECT "id", "spec"::text FROM "public"."new_orders" UNION ALL SELECT "id", "spec"::text FROM "public"."old_orders") LIMIT 1)");
  CHECK(
      check_of_move(halves, orders,
                    {"join",
                     {{"public", "new_orders", {"id"}}, {"public", "old_orders", {"id", "spec", "at"}}},
                     {{"public", "orders", {"id", "spec"}}}}) ==
      R"((SELECT "id" FROM "public"."new_orders" WHERE "id" IS NOT NULL EXCEPT SELECT "id" FROM "public"."orders" LIMIT 1) UNION ALL )"
      R"((SELECT "id", "spec"::text FROM "public"."old_orders" WHERE "id" IS NOT NULL OR "spec" IS NOT NULL EXCEPT )"
      R"(SELECT "id", "spec"::text FROM "public"."orders" LIMIT 1))");
  CHECK(check_of_move(orders, halves, {{}, {{"public", "orders", {"spec"}}}, {{"public", "old_orders", {"at"}}}}) ==
        "none");
}

TEST_CASE("moves within a table take the place of backfills") {
  const Schema whole = schema({table("user", {column("id", "int4"), column("name")})});
  const Schema parts = schema({table("user", {column("id", "int4"), column("first"), column("last")})});
  const MoveHint hint{{}, {{"public", "user", {"name"}}}, {{"public", "user", {"first", "last"}}}};
  CHECK(guided(whole, parts, {hint}) == Said{"addColumn user.first", "addColumn user.last",
                                             "dataTransform move-user-name", "setNotNull user.first",
                                             "setNotNull user.last", "dropColumn user.name"});
  CHECK(check_of_move(whole, parts, hint) ==
        R"(SELECT 1 FROM "public"."user" WHERE "first" IS NULL OR "last" IS NULL LIMIT 1)");
  Schema open = parts;
  in(open, "user", "first").nullable = in(open, "user", "last").nullable = true;
  CHECK(check_of_move(whole, open, hint) ==
        R"(SELECT 1 FROM "public"."user" WHERE ("name" IS NOT NULL) AND "first" IS NULL AND "last" IS NULL LIMIT 1)");
  CHECK(guided(whole, parts, {hint, hint}) == Said{"Two moves are named \"move-user-name\""});
}

}  // namespace
}  // namespace plinth
