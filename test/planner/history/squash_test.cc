#include <doctest/doctest.h>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_dependency.h"
#include "engine/ops/database/drop_extension.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/rename_enum_value.h"
#include "planner/history/lineage.h"
#include "planner/history/route.h"
#include "planner/history/squash.h"
#include "test/planner/support/random_renames.h"

namespace plinth {
namespace {

using namespace test;

Schema users(std::vector<Column> more = {}) {
  Table t = table("users", {column("id", "int4"), column("email")});
  for (auto& c : more) t.columns.push_back(std::move(c));
  t.primary_key = primary_key("users", {"id"});
  return schema({t}, {{"mood", {"calm", "cross"}}});
}

// The states that lists of operations lead through, as links.
std::vector<Link> links(const Schema& from, const std::vector<std::vector<Operation>>& lists) {
  std::vector<Link> out;
  Schema state = from;
  for (const auto& list : lists) {
    state = after(state, list);
    out.push_back({"p" + std::to_string(out.size() + 1), list, state});
  }
  return out;
}
Squash squashed(const Schema& from, const std::vector<std::vector<Operation>>& lists) {
  return squash(from, links(from, lists));
}
Lines brief_squash(const Schema& from, const std::vector<std::vector<Operation>>& lists) {
  const Squash s = squashed(from, lists);
  CHECK(s.proof.ok);
  return brief(s.operations);
}

Operation add(const Column& c) { return AddColumn{"public", "users", c, false}; }
Operation drop(const std::string& c) { return DropColumn{"public", "users", c}; }
Operation retype(const std::string& c, const std::string& type) {
  AlterColumnType op;
  op.table = "users";
  op.column = c;
  op.type = type;
  return op;
}
DataTransform filled(const std::string& name, const std::string& sql) {
  return {name, {}, "migration.ts", TransformCheck{}, std::vector<TransformQuery>{{sql, {}}}};
}

TEST_CASE("squash: a range of plans leads where it led, in no more operations, and rows fare alike") {
  std::size_t before = 0, now = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next();
    Schema state = from;
    std::vector<std::vector<Operation>> lists;
    std::vector<Operation> all;
    for (unsigned i = 0; i < 4; ++i) {
      Schema renamed = state;
      std::vector<Operation> list = random_renames(renamed, seed * 7 + i);
      const Plan next = plan(random.next(), renamed);
      list.insert(list.end(), next.operations.begin(), next.operations.end());
      state = after(state, list);
      all.insert(all.end(), list.begin(), list.end());
      lists.push_back(std::move(list));
    }
    const Squash s = squashed(from, lists);
    CHECK(s.proof.ok);
    CHECK(diff(after(from, s.operations), after(from, all)).empty());
    CHECK(s.operations.size() <= all.size());
    CHECK(open_slots(s.operations).size() == open_slots(all).size());
    Lineage original(from), result(from);
    for (const auto& op : all) original.follow(op);
    for (const auto& op : s.operations) result.follow(op);
    CHECK(result == original);
    before += all.size();
    now += s.operations.size();
  }
  CHECK(now < before);
}

TEST_CASE("squash: what is added and dropped again vanishes, changes of one thing become one change") {
  const Column note = column("note", "text", true), age = column("age", "int4", true);
  CHECK(brief_squash(users(), {{add(note)}, {drop("note")}}).empty());
  CHECK(brief_squash(users(), {{add(age)}, {retype("age", "int8")}}) == Lines{"addColumn users.age"});
  CHECK(brief_squash(users({age}), {{retype("age", "int8")}, {retype("age", "numeric")}}) ==
        Lines{"alterColumnType users.age"});
  CHECK(brief_squash(users(), {{RenameTable{"public", "users", "people"}},
                               {RenameColumn{"public", "people", "email", "mail"}},
                               {RenameTable{"public", "people", "members"}}}) ==
        Lines{"renameTable people", "renameColumn people.mail", "renameTable members"});
}

TEST_CASE("squash: a value that changes its type twice is written twice") {
  const auto twice = [](const std::string& first, const std::string& second, const std::string& third) {
    return brief_squash(users({column("v", first, true)}), {{retype("v", second)}, {retype("v", third)}}).size();
  };
  CHECK(twice("int4", "numeric(12,2)", "text") == 2);  // 5.00, not 5
  CHECK(twice("bool", "int4", "text") == 2);
  CHECK(twice("float4", "float8", "text") == 2);
  CHECK(twice("character varying(5)", "character varying(9)", "text") == 1);
  CHECK(twice("int2", "int4", "text") == 1);
  // A default is written in the type that the column had then.
  const Column tenth = with_default(column("v", "float4", true), Default::Kind::expression, "0.1");
  CHECK(brief_squash(users(), {{add(tenth)}, {retype("v", "float8")}}).size() == 2);
}

TEST_CASE("squash: what would change the rows stays") {
  const Column note = column("note", "text", true), age = column("age", "int4", true);
  // Dropped and added again it is empty.
  CHECK(brief_squash(users({note}), {{drop("note")}, {add(note)}}) ==
        Lines{"dropColumn users.note", "addColumn users.note"});
  // Added with a default that goes again, the rows keep it.
  const Column seven = with_default(age, Default::Kind::literal, "7");
  CHECK(brief_squash(users(), {{add(seven)}, {DropDefault{"public", "users", "age"}}}) ==
        Lines{"addColumn users.age", "dropDefault users.age"});
  // A change that may lose stays, though its end is its beginning.
  const Column price = column("price", "float8", true);
  CHECK(brief_squash(users({price}), {{retype("price", "int4")}, {retype("price", "float8")}}) ==
        Lines{"alterColumnType users.price", "alterColumnType users.price"});
}

TEST_CASE("squash: transforms and raw SQL stay where they are, and find the columns they need") {
  const Column first = column("first", "text", true), note = column("note", "text", true);
  RawSql raw;
  raw.raw_id = raw.raw_label = "by hand";
  const Lines out =
      brief_squash(users(), {{add(note), add(first), filled("split", "UPDATE users SET first = email"), drop("note")},
                             {raw, SetNotNull{"public", "users", "first"}, add(note), drop("note")}});
  CHECK(out == Lines{"addColumn users.note", "addColumn users.first", "dataTransform split", "dropColumn users.note",
                     "rawSql by hand", "setNotNull users.first"});
}

TEST_CASE("squash: checks and invariants that an author gave a stored operation stay") {
  const Column bio = column("bio", "text", true);
  RawSql plain = stored_form(add(bio), false);
  const auto kinds = [&](const RawSql& raw) {
    const Squash s = squash(users(), {{"one", {raw}, users({bio})}});
    return std::string(kind(s.operations.front()));
  };
  CHECK(kinds(plain) == "addColumn");
  RawSql checked = plain;
  checked.precheck.push_back({"ask first", "SELECT true", {}, {}});
  CHECK(kinds(checked) == "rawSql");
  RawSql promised = plain;
  promised.invariant_id = "promised";
  CHECK(kinds(promised) == "rawSql");
}

TEST_CASE("squash: names and invariants are given once") {
  DataTransform one = filled("trim", "UPDATE users SET email = trim(email)");
  one.invariant_id = "trimmed";
  const Squash s = squashed(users(), {{one}, {one}});
  CHECK(brief(s.operations) == Lines{"dataTransform trim", "dataTransform trim-2"});
  CHECK(invariant_id(s.operations[0]) == "trimmed");
  CHECK_FALSE(invariant_id(s.operations[1]));
  CHECK(s.warnings.size() == 1);
}

TEST_CASE("squash: values of an enum that a transform uses are warned of") {
  const AddEnumValues more{"public", "mood", {"glad"}, {}};
  const auto use = filled("cheer", "UPDATE users SET mood = 'glad'");
  CHECK(squashed(users(), {{more}, {use}}).warnings.size() == 1);
  CHECK(squashed(users(), {{more}, {filled("other", "UPDATE users SET mood = 'calm'")}}).warnings.empty());
  // To make, add or rename a value of the same name is not to use it.
  Schema sized = users();
  insert_sorted(sized.namespaces[0].enums, Enum{"size", {"s", "m"}});
  CHECK(
      squashed(sized, {{more, filled("other", "SELECT 1")},
                       {CreateEnumType{"public", "tone", {"glad"}, false},
                        AddEnumValues{"public", "size", {"glad"}, {}}, RenameEnumValue{"public", "tone", "glad", "x"}}})
          .warnings.empty());
  // A type that is as young as the transaction may be used.
  const CreateEnumType young{"public", "size", {"s"}, false};
  CHECK(squashed(users(), {{young}, {AddEnumValues{"public", "size", {"m"}, {}}}, {filled("x", "SELECT 'm'")}})
            .warnings.empty());
}

TEST_CASE("squash: raw SQL leads where the contract says, anything else must lead there by itself") {
  RawSql raw;
  raw.raw_id = raw.raw_label = "add age";
  const Column age = column("age", "int4", true);
  const Squash s = squash(
      users(), {{"one", {raw}, users({age})}, {"two", {retype("age", "int8")}, users({column("age", "int8", true)})}});
  CHECK(brief(s.operations) == Lines{"rawSql add age", "alterColumnType users.age"});
  CHECK(s.proof.opaque == Lines{"add age"});
  CHECK_THROWS_WITH_AS(squash(users(), {{"one", {}, users({age})}}), doctest::Contains("\"one\" does not lead"), Error);
}

TEST_CASE("squash: what an open name, or an open index, brought about already is not done again") {
  const auto start = [](const std::string& key, bool named) {
    Schema s = users();
    Table& t = in(s, "users");
    t.primary_key->name = key;
    t.primary_key->named = named;
    t.uniques = {unique_key("u", {"email"})};
    return s;
  };
  const Schema k = start("k", true);
  Schema open = start("users_pkey", false);
  in(open, "users").indexes = {index("users_email_idx", {"email"})};
  in(open, "users").indexes.front().named = false;
  const std::vector<Operation> back = {DropIndex{"public", "users", "users_email_idx"},
                                       RenameConstraint{"public", "users", "users_pkey", "k"}};
  const Squash s = squash({}, {{"one", plan(k, {}).operations, k}, {"two", {}, open}, {"three", back, k}});
  CHECK(s.proof.ok);
  CHECK(brief(s.operations) == brief(plan(k, {}).operations));
  // Raw SQL may have made it.
  RawSql raw;
  raw.raw_id = raw.raw_label = "by hand";
  CHECK(brief(squash(k, {{"one", {raw, back[0]}, k}}).operations) ==
        Lines{"rawSql by hand", "dropIndex users.users_email_idx"});
}

TEST_CASE("baseline: planned at once; what it leaves out is named") {
  DataTransform seed = filled("seed", "INSERT INTO users VALUES (1, 'a')");
  seed.invariant_id = "seeded";
  RawSql raw;
  raw.raw_id = raw.raw_label = "trigger";
  const std::vector<Operation> first = plan(users(), {}).operations;
  const Squash s = baseline(links({}, {first, {seed, raw, add(column("note", "text", true))}}));
  CHECK(s.proof.ok);
  CHECK(brief(s.operations) == Lines{"createSchema public", "createEnumType mood", "createTable users"});
  REQUIRE(s.omitted.size() == 2);
  CHECK(s.omitted[0].package == "p2");
  CHECK(s.omitted[0].operation == "data_migration.seed");
  CHECK(s.omitted[0].invariant_id == "seeded");
  CHECK(s.omitted[1].label == "trigger");
}

TEST_CASE("squash, baseline: an extension that no contract names is made where a package made it") {
  const Operation makes = CreateDependency{"postgres.extension.hstore"};
  const Operation moves = AlterExtension{"hstore", "public"};
  const std::vector<Link> made = {
      {"one", {makes}, users()},
      {"two", {moves, add(column("bio", "text", true))}, users({column("bio", "text", true)})}};
  const Squash joined = squash(users(), made);
  CHECK(joined.proof.ok);
  CHECK(after(users(), joined.operations).extensions == std::vector<Extension>{{"hstore", "public"}});
  const Squash fresh = baseline(made);
  CHECK(fresh.proof.ok);
  CHECK(after({}, fresh.operations).extensions == std::vector<Extension>{{"hstore", "public"}});
  const std::vector<Link> dropped = {made[0], {"two", {DropExtension{"hstore"}}, users()}};
  CHECK(after({}, baseline(dropped).operations).extensions.empty());
}

TEST_CASE("baseline: what cannot be planned is told, all of it") {
  RawSql domains;
  domains.raw_id = domains.raw_label = "domains";
  const std::vector<Column> unknown = {column("mail", "public.mail", true), column("phone", "public.phone", true)};
  const Squash s = baseline(links(users(), {{domains, add(unknown[0]), add(unknown[1])}}));
  REQUIRE(s.conflicts.size() == 2);
  CHECK(s.conflicts[0].path == Lines{"public", "users", "mail"});
  CHECK(s.conflicts[0].fix.find("transforms: \"keep\"") != std::string::npos);
  CHECK(s.conflicts[1].path == Lines{"public", "users", "phone"});
  CHECK(s.operations.empty());
  CHECK_FALSE(s.proof.ok);
}

TEST_CASE("a squashed package beside those that it replaces: who starts at its start takes it, others go on") {
  const auto edge = [](const char* from, const char* to, const char* name, std::vector<std::string> invariants = {}) {
    return Edge{from, to, name, std::string("2026-01-01T10:00:00.00") + name + "Z", name, std::move(invariants), false};
  };
  const Graph graph(
      {edge("empty", "a", "1"), edge("a", "b", "2", {"x"}), edge("b", "c", "3"), edge("empty", "c", "9")});
  const auto way = [&](const char* from, const std::vector<std::string>& required) {
    Lines out;
    const auto path = find_path_with_invariants(graph, from, "c", required);
    REQUIRE(path);
    for (const auto& e : *path) out.push_back(e.name);
    return out;
  };
  CHECK(way("empty", {}) == Lines{"9"});
  CHECK(way("a", {}) == Lines{"2", "3"});
  CHECK(way("empty", {"x"}) == Lines{"1", "2", "3"});
  CHECK(get<Leaf>(find_leaf(graph)).hash == "c");
}

}  // namespace
}  // namespace plinth
