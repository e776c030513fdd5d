#include <doctest/doctest.h>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/rename_enum_value.h"
#include "engine/ops/views/detach_view.h"
#include "engine/ops/views/restore_view.h"
#include "planner/history/inverse.h"
#include "planner/history/lineage.h"
#include "test/planner/support/random_renames.h"

namespace plinth {
namespace {

using namespace test;

Inverse back(const Schema& from, const std::vector<Operation>& operations) {
  return invert(from, operations, after(from, operations));
}

Lines losses(const Inverse& inverse) {
  Lines out;
  for (const auto& l : inverse.losses) {
    std::string line(name_of(l.kind));
    for (const auto& p : l.path) line.append(" ").append(p);
    out.push_back(line + (l.slot ? " -> " + *l.slot : ""));
  }
  return out;
}

Schema users_with_moods() {
  Table t = table("users", {column("id", "int4"), column("email"), column("bio", "text", true)});
  t.primary_key = primary_key("users", {"id"});
  t.indexes = {index("users_email_idx", {"email"})};
  return schema({t}, {{"mood", {"calm", "cross"}}});
}

TEST_CASE("the way back from any plan leads back") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    const Plan there = plan(to, from);
    const Inverse inverse = back(from, there.operations);
    REQUIRE(inverse.plan.conflicts.empty());
    CHECK(prove(after(from, there.operations), inverse.plan.operations, from).ok);
  }
}

TEST_CASE("the way back from renames in any order is renames alone") {
  for (unsigned seed = 0; seed < 700; ++seed) {
    CAPTURE(seed);
    const Schema from = RandomSchema(seed).next();
    Schema to = from;
    const std::vector<Operation> there = random_renames(to, seed);
    const Inverse inverse = back(from, there);
    CHECK(inverse.losses.empty());
    CHECK(prove(to, inverse.plan.operations, from).ok);
    CHECK(inverse.plan.operations.size() == there.size());
  }
}

TEST_CASE("renames within a plan are turned around, whatever else stands at the old names") {
  for (unsigned seed = 0; seed < 700; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next();
    Schema middle = from;
    std::vector<Operation> there = random_renames(middle, seed);
    const std::vector<Operation> rest = plan(random.next(), middle).operations;
    there.insert(there.end(), rest.begin(), rest.end());
    const Inverse inverse = back(from, there);
    REQUIRE(inverse.plan.conflicts.empty());
    const Schema end = after(from, there);
    CHECK(prove(end, inverse.plan.operations, from).ok);
    // What survived the way there survives the way back.
    Lineage both(from);
    for (const auto& op : there) both.follow(op);
    const auto survivors = both.survivors();
    for (const auto& op : inverse.plan.operations) both.follow(op);
    for (const auto& path : survivors) {
      const bool is_type = from.find_table({path[0], path[1]}) == nullptr;
      CAPTURE(path.back());
      CHECK((is_type || both.origin(path) == path));  // a type may have to be made anew
    }
  }
}

TEST_CASE("what was added goes, what was dropped comes back empty") {
  Schema to = users_with_moods();
  in(to, "users").columns.push_back(column("age", "int4", true));
  const Inverse added = back(users_with_moods(), plan(to, users_with_moods()).operations);
  CHECK(brief(added.plan.operations) == Lines{"dropColumn users.age"});
  CHECK(added.losses.empty());
  CHECK(added.plan.hazards.size() == 1);

  const Inverse dropped = back(users_with_moods(), {DropColumn{"public", "users", "bio"}});
  CHECK(brief(dropped.plan.operations) == Lines{"addColumn users.bio"});
  CHECK(losses(dropped) == Lines{"values public users bio"});

  const Inverse table_gone = back(users_with_moods(), {DropTable{"public", "users"}});
  CHECK(brief(table_gone.plan.operations) == Lines{"createTable users", "createIndex users.users_email_idx"});
  CHECK(losses(table_gone) == Lines{"rows public users"});
}

TEST_CASE("a NOT NULL column comes back through a slot that the loss names") {
  const Inverse inverse = back(
      users_with_moods(), {DropIndex{"public", "users", "users_email_idx"}, DropColumn{"public", "users", "email"}});
  CHECK(losses(inverse) == Lines{"values public users email -> backfill-users-email:run"});
  CHECK(inverse.plan.placeholders == Lines{"backfill-users-email:run"});
}

TEST_CASE("losses are named by where they stood at first, and only what was there at first is lost") {
  const Inverse inverse =
      back(users_with_moods(),
           {RenameTable{"public", "users", "people"}, RenameColumn{"public", "people", "bio", "about"},
            DropColumn{"public", "people", "about"}, AddColumn{"public", "people", column("note", "text", true), false},
            DropColumn{"public", "people", "note"}});
  CHECK(losses(inverse) == Lines{"values public users bio"});
  CHECK(brief(inverse.plan.operations) == Lines{"renameTable users", "addColumn users.bio"});
}

TEST_CASE("a name that was left and taken by another is free again on the way back") {
  // users becomes people, and another users takes its place.
  Table other = table("users", {column("key")});
  const std::vector<Operation> there = {RenameTable{"public", "users", "people"}, CreateTable::of("public", other)};
  const Inverse inverse = back(users_with_moods(), there);
  CHECK(inverse.losses.empty());
  CHECK(brief(inverse.plan.operations) ==
        Lines{"renameTable users__plinth_aside", "renameTable users", "dropTable users__plinth_aside"});
}

TEST_CASE("a renamed value of an enum gets its name back, also where another one has taken it") {
  const RenameEnumValue rename{"public", "mood", "cross", "angry"};
  const Inverse inverse = back(users_with_moods(), {rename});
  CHECK(inverse.losses.empty());
  CHECK(brief(inverse.plan.operations) == Lines{"renameEnumValue mood"});
  const Inverse taken = back(users_with_moods(), {rename, AddEnumValues{"public", "mood", {"cross"}, {}}});
  CHECK(taken.losses.empty());
  CHECK(brief(taken.plan.operations)[0] == "renameEnumValue mood");
  CHECK(get<RenameEnumValue>(taken.plan.operations[1]).to_value == "cross");
}

TEST_CASE("changes of type: what not every value survives is a loss") {
  const auto changed = [](const std::string& from, const std::string& to,
                          const std::optional<std::string>& with = std::nullopt) {
    const Schema s = schema({table("t", {column("c", from)})}, {{"mood", {"calm", "cross"}}, {"more", {"calm"}}});
    AlterColumnType op;
    op.table = "t";
    op.column = "c";
    op.type = to;
    op.using_expression = with;
    return losses(back(s, {op}));
  };
  const Lines lost = {"converted public t c"};
  CHECK(changed("int4", "int8").empty());
  CHECK(changed("float8", "int4") == lost);
  CHECK(changed("character varying(50)", "character varying(5)") == lost);
  CHECK(changed("int4", "int8", "0") == lost);
  CHECK(changed("public.mood", "text").empty());
  CHECK(changed("text", "public.mood").empty());
  CHECK(changed("public.mood", "public.more", "\"c\"::text::public.more") == lost);
  CHECK(changed("public.more", "public.mood", "\"c\"::text::public.mood").empty());
}

TEST_CASE("removed values of an enum, transforms and raw SQL are named") {
  Schema to = users_with_moods();
  to.find_enum({"public", "mood"})->values = {"calm"};
  const Inverse inverse = back(users_with_moods(), plan(to, users_with_moods()).operations);
  CHECK(losses(inverse) == Lines{"enumValues public mood cross"});
  CHECK(brief(inverse.plan.operations) == Lines{"addEnumValues mood"});

  DataTransform filled{"trim", {}, "migration.ts", TransformCheck{}, std::vector<TransformQuery>{{"UPDATE users", {}}}};
  RawSql raw;
  raw.raw_id = raw.raw_label = "audit";
  CHECK(losses(back(users_with_moods(), {filled, raw})) == Lines{"transformed trim", "opaque audit"});
  filled.run->clear();
  CHECK(losses(back(users_with_moods(), {filled})).empty());
}

TEST_CASE("raw SQL leads where the destination says") {
  RawSql raw;
  raw.raw_id = raw.raw_label = "add age";
  Schema to = users_with_moods();
  in(to, "users").columns.push_back(column("age", "int4", true));
  const Inverse inverse = invert(users_with_moods(), {raw}, to);
  CHECK(brief(inverse.plan.operations) == Lines{"dropColumn users.age"});
  CHECK(losses(inverse) == Lines{"opaque add age"});
}

TEST_CASE("operations that do not apply have no way back") {
  CHECK_THROWS_WITH_AS(back(users_with_moods(), {DropColumn{"public", "users", "nope"}}), doctest::Contains("nope"),
                       Error);
}

TEST_CASE("the way back detaches the views that the way there detaches, by the names of before") {
  View view;
  view.name = "keys";
  view.query = "SELECT key FROM users";
  view.needs = {{ObjectKind::column, {"public", "users", "key"}}, {ObjectKind::table, {"public", "of_somebody_else"}}};
  const Inverse inverse =
      back(users_with_moods(),
           {RenameColumn{"public", "users", "id", "key"}, DetachView{"public", view},
            AlterColumnType{"public", "users", "key", "int8", {}, {}, true, false}, RestoreView{"public", view}});
  Lines kinds;
  for (const auto& op : inverse.plan.operations) kinds.emplace_back(kind(op));
  CHECK(kinds == Lines{"renameColumn", "dataTransform", "detachView", "alterColumnType", "restoreView"});
}

}  // namespace
}  // namespace plinth
