#include "planner/plan/rules/columns.h"
#include "planner/types/type_change.h"

#include <doctest/doctest.h>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

const DataTransform* transform_of(const Plan& p) {
  for (const auto& op : p.operations) {
    if (const auto* t = get_if<DataTransform>(&op)) return t;
  }
  return nullptr;
}

// The check of the only transform on the way; empty where it is "always".
std::string check_between(const Schema& from, const Schema& to) {
  const Plan p = plan(to, from);
  const DataTransform* t = transform_of(p);
  REQUIRE(t != nullptr);
  REQUIRE(t->check.has_value());
  CHECK_FALSE(t->run.has_value());
  return t->check->query ? t->check->query->sql : "";
}

Schema users(std::vector<Column> columns, std::vector<Enum> enums = {}) {
  return schema({table("users", std::move(columns))}, std::move(enums));
}

TEST_CASE("rules: a NOT NULL column without default is added nullable, filled, tightened") {
  const Schema from = users({column("id", "int4")}), to = users({column("id", "int4"), column("my handle")});
  const Plan p = plan(to, from);
  CHECK(brief(p.operations) ==
        Lines{"addColumn users.my handle", "dataTransform backfill-users-my handle", "setNotNull users.my handle"});
  CHECK(check_between(from, to) == R"(SELECT 1 FROM "public"."users" WHERE "my handle" IS NULL LIMIT 1)");
  const auto& add = get<AddColumn>(p.operations[0]);
  CHECK(add.relaxed);
  CHECK(add.definition.nullable);
}

TEST_CASE("rules: a NOT NULL column that fills itself needs no transform") {
  Column identity = column("n", "int8");
  identity.identity = Identity::always;
  Column generated = column("n", "int8");
  generated.generated = Expression("id * 2");
  for (const Column& c : {with_default(column("n", "int8"), Default::Kind::literal, "0"),
                          with_default(column("n", "int8"), Default::Kind::expression, "autoincrement()"), identity,
                          generated, column("n", "int8", true)}) {
    CHECK(way(users({column("id", "int4")}), users({column("id", "int4"), c})) == Lines{"addColumn users.n"});
  }
}

TEST_CASE("rules: NULLs are handled before a column is tightened, after its type has changed") {
  const Schema from = users({column("age", "int4", true)});
  CHECK(way(from, users({column("age", "int4")})) ==
        Lines{"dataTransform handle-nulls-users-age", "setNotNull users.age"});
  CHECK(check_between(from, users({column("age", "int4")})) ==
        R"(SELECT 1 FROM "public"."users" WHERE "age" IS NULL LIMIT 1)");
  CHECK(way(users({column("age", "text", true)}), users({column("age", "int4")})) ==
        Lines{"dataTransform typechange-users-age", "dataTransform handle-nulls-users-age", "alterColumnType users.age",
              "setNotNull users.age"});
}

TEST_CASE("rules: a type change asks for a transform only where values may not fit") {
  const auto between = [](const std::string& from, const std::string& to) {
    return way(users({column("v", from)}), users({column("v", to)}));
  };
  CHECK(between("character varying(10)", "text") == Lines{"alterColumnType users.v"});
  CHECK(between("int4", "int8") == Lines{"alterColumnType users.v"});
  CHECK(between("text", "int4") == Lines{"dataTransform typechange-users-v", "alterColumnType users.v"});
  CHECK(check_between(users({column("v")}), users({column("v", "character varying(3)")})) ==
        R"(SELECT 1 FROM "public"."users" WHERE char_length("v") > 3 LIMIT 1)");
  CHECK(check_between(users({column("v", "timestamp")}), users({column("v", "timestamptz")})).empty());
  CHECK(check_between(users({column("v", "bytea")}), users({column("v", "int4")})) ==
        R"(SELECT 1 FROM "public"."users" WHERE "v" IS NOT NULL LIMIT 1)");
}

TEST_CASE("rules: only a change that rewrites the rows says so") {
  const auto rewrites = [](const std::string& from, const std::string& to) {
    const Plan p = plan(users({column("v", to)}), users({column("v", from)}));
    return get<AlterColumnType>(p.operations.back()).rewrites;
  };
  CHECK_FALSE(rewrites("character varying(10)", "character varying(20)"));
  CHECK_FALSE(rewrites("character varying(10)", "text"));
  CHECK_FALSE(rewrites("numeric(5,2)", "numeric(7,2)"));
  CHECK(rewrites("int4", "int8"));
  CHECK(rewrites("timestamp", "timestamptz"));
}

TEST_CASE("rules: a default steps aside while its column changes type") {
  const auto with = [](const char* type, const char* value) {
    return users({with_default(column("v", type), Default::Kind::literal, value)});
  };
  CHECK(way(with("int4", "1"), with("text", "\"1\"")) ==
        Lines{"dropDefault users.v", "alterColumnType users.v", "setDefault users.v"});
  CHECK(way(with("int4", "1"), with("int8", "1")) ==
        Lines{"dropDefault users.v", "alterColumnType users.v", "setDefault users.v"});
  CHECK(way(with("int4", "1"), users({column("v", "text")})) ==
        Lines{"dropDefault users.v", "alterColumnType users.v"});
  const Schema serial = users({with_default(column("v", "int4"), Default::Kind::expression, "autoincrement()")});
  const Schema bigserial = users({with_default(column("v", "int8"), Default::Kind::expression, "autoincrement()")});
  CHECK(way(serial, bigserial) == Lines{"alterColumnType users.v", "alterOwnedSequence users.v"});
}

TEST_CASE("rules: the next value of a sequence does not go along to a type that does not count") {
  const Schema serial = users({with_default(column("v", "int4"), Default::Kind::expression, "autoincrement()")});
  CHECK(way(serial, users({column("v", "uuid")})) ==
        Lines{"dataTransform typechange-users-v", "dropDefault users.v", "alterColumnType users.v"});
  CHECK(way(serial, users({with_default(column("v", "uuid"), Default::Kind::expression, "gen_random_uuid()")})) ==
        Lines{"dataTransform typechange-users-v", "dropDefault users.v", "alterColumnType users.v",
              "setDefault users.v"});
}

TEST_CASE("rules: where the server has no cast, the text of a value is tried") {
  const auto used = [](const char* from, const char* to) {
    const Plan p = plan(users({column("v", to)}), users({column("v", from)}));
    return get<AlterColumnType>(p.operations.back()).using_expression;
  };
  CHECK_FALSE(used("int4", "numeric").has_value());
  CHECK_FALSE(used("text", "uuid").has_value());
  CHECK_FALSE(used("jsonb", "int4").has_value());
  CHECK_FALSE(used("text[]", "int4[]").has_value());
  CHECK(used("uuid", "int8") == R"("v"::text::int8)");
  CHECK(used("jsonb", "uuid") == R"(("v" #>> '{}')::uuid)");
  CHECK(used("int4", "int4[]") == R"(CASE WHEN "v" IS NOT NULL THEN ARRAY["v"]::int4[] END)");
}

// ---- native enums -----------------------------------------------------------------------------------------------

Schema moods(std::vector<std::string> values, Column c = column("mood", "public.mood")) {
  return users({column("id", "int4"), std::move(c)}, {{"mood", std::move(values)}});
}

TEST_CASE("rules: new enum values are added in place, a run of neighbours at a time") {
  const Plan p = plan(moods({"a0", "a", "b", "c0", "c1", "c", "z"}), moods({"a", "b", "c"}));
  REQUIRE(p.operations.size() == 3);
  const auto run = [&](std::size_t i) { return get<AddEnumValues>(p.operations[i]); };
  CHECK(run(0).values == Lines{"a0"});
  CHECK(run(0).before == "a");
  CHECK(run(1).values == Lines{"c0", "c1"});
  CHECK(run(1).before == "c");
  CHECK(run(2).values == Lines{"z"});
  CHECK_FALSE(run(2).before.has_value());
  CHECK(transform_of(p) == nullptr);
}

TEST_CASE("rules: a new table is no reason to rebuild an enum that gains a value") {
  Schema to = moods({"a", "b"});
  to.find_namespace("public")->tables.push_back(table("zoo", {column("mood", "public.mood")}));
  CHECK(way(moods({"a"}), to) == Lines{"addEnumValues mood", "createTable zoo"});
}

TEST_CASE("rules: an enum that loses a value is rebuilt, with its defaults and arrays") {
  const auto with = [](std::vector<std::string> values) {
    Schema s =
        moods(std::move(values), with_default(column("mood", "public.mood"), Default::Kind::literal, "\"happy\""));
    in(s, "users").columns.push_back(column("past", "public.mood[]", true));
    return s;
  };
  const Schema from = with({"sad", "happy"}), to = with({"happy"});
  CHECK(way(from, to) == Lines{"createEnumType mood__prisma_next_new", "dataTransform migrate-mood-values",
                               "dropDefault users.mood", "alterColumnType users.mood", "alterColumnType users.past",
                               "dropEnumType mood", "renameType mood", "setDefault users.mood"});
  CHECK(
      check_between(from, to) ==
      R"((SELECT 1 FROM "public"."users" WHERE "mood"::text NOT IN ('happy') LIMIT 1))"
      R"( UNION ALL (SELECT 1 FROM "public"."users" WHERE EXISTS (SELECT FROM unnest("past"::text[]) AS v WHERE v NOT IN ('happy')) LIMIT 1))");
}

TEST_CASE("rules: an enum that changes order is rebuilt without a transform") {
  CHECK(way(moods({"a", "b"}), moods({"b", "a"})) == Lines{"createEnumType mood__prisma_next_new",
                                                           "alterColumnType users.mood", "dropEnumType mood",
                                                           "renameType mood"});
}

TEST_CASE("rules: a default that goes with a rebuilt enum is dropped once") {
  const Schema from = moods({"a", "b"}, with_default(column("mood", "public.mood"), Default::Kind::literal, "\"a\""));
  const Lines there = way(from, moods({"b"}));
  CHECK(std::count(there.begin(), there.end(), "dropDefault users.mood") == 1);
}

TEST_CASE("rules: columns that leave the enum, or are dropped, are left alone by its rebuild") {
  Schema from = moods({"a", "b"}), to = moods({"a"});
  in(from, "users").columns.push_back(column("gone", "public.mood", true));
  in(from, "users").columns.push_back(column("freed", "public.mood", true));
  in(to, "users").columns.push_back(column("freed", "text", true));
  const Lines there = way(from, to);
  CHECK(std::count(there.begin(), there.end(), "alterColumnType users.freed") == 1);
  CHECK(std::count(there.begin(), there.end(), "alterColumnType users.gone") == 0);
}

TEST_CASE("rules: an enum that must coexist with its successor is renamed at once and dropped in the end") {
  const Lines rebuilt = {"renameType mood__prisma_next_old", "createEnumType mood", "dataTransform migrate-mood-values",
                         "alterColumnType users.mood", "dropEnumType mood__prisma_next_old"};
  Schema from = moods({"a", "b"}), to = moods({"b"});
  in(from, "users").columns.push_back(column("gone", "public.mood", true));
  Lines there = way(from, to);
  CHECK(std::find(there.begin(), there.end(), "dropColumn users.gone") < there.end() - 1);
  there.erase(there.end() - 2);
  CHECK(there == rebuilt);

  from = moods({"a", "b"});
  to = moods({"b", "new"});
  in(to, "users").columns.push_back(with_default(column("added", "public.mood"), Default::Kind::literal, "\"new\""));
  there = way(from, to);
  CHECK(there[0] == rebuilt[0]);
  CHECK(there[1] == rebuilt[1]);
  CHECK(there[2] == "addColumn users.added");
}

TEST_CASE("rules: a temporary name fits where the server would cut it") {
  const std::string name = std::string(61, 'x') + "\xC3\xA4";  // 63 bytes, the last two of them one character
  const Schema from = schema({table("t", {column("c", "public." + name)})}, {{name, {"a", "b"}}});
  Schema to = from;
  to.namespaces[0].enums[0].values = {"b", "a"};
  const Plan p = plan(to, from);
  const auto& created = get<CreateEnumType>(p.operations.front());
  CHECK(created.type_name.size() <= 63);
  CHECK(created.type_name.ends_with("__prisma_next_new"));
}

TEST_CASE("rules: an enum that nothing uses loses values without a question") {
  const Schema from = users({column("id", "int4")}, {{"mood", {"a", "b"}}});
  const Schema to = users({column("id", "int4")}, {{"mood", {"b"}}});
  const Plan p = plan(to, from);
  CHECK(p.placeholders.empty());
  const DataTransform* t = transform_of(p);
  REQUIRE(t != nullptr);
  CHECK(t->check->satisfied);
}

// ---- checks of permitted values ---------------------------------------------------------------------------------

TEST_CASE("rules: rows are transformed between the old check and the new one when values leave") {
  const auto with = [](std::vector<std::string> values) {
    Schema s = users({column("role")});
    in(s, "users").checks = {one_of("users_role_check", "role", std::move(values))};
    return s;
  };
  CHECK(way(with({"A", "B"}), with({"A", "B", "C"})) ==
        Lines{"dropCheckConstraint users.users_role_check", "addCheckConstraint users.users_role_check"});
  CHECK(way(with({"A", "B"}), with({"A", "C"})) == Lines{"dropCheckConstraint users.users_role_check",
                                                         "dataTransform migrate-users-role-values",
                                                         "addCheckConstraint users.users_role_check"});
  CHECK(check_between(with({"A", "it's"}), with({"A"})) ==
        R"(SELECT 1 FROM "public"."users" WHERE "role"::text NOT IN ('A') LIMIT 1)");
  CHECK(way(with({"A", "B"}), with({"B", "A"})).empty());
}

}  // namespace
}  // namespace plinth
