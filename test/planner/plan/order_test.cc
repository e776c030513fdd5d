#include "planner/plan/order.h"

#include <doctest/doctest.h>

#include "engine/ops/columns/add_column.h"
#include "engine/ops/tables/drop_table.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

Table referring(const std::string& name, const std::vector<std::string>& to) {
  Table t = table(name, {column("id", "int4")});
  t.primary_key = primary_key(name, {"id"});
  for (const auto& target : to) {
    t.columns.push_back(column(target, "int4", true));
    t.foreign_keys.push_back(foreign_key(default_name(name, {target}, "fkey"), {target}, target, {"id"}));
  }
  return t;
}

TEST_CASE("order: phases come first, then ranks, then paths") {
  Planned late{DropTable{"public", "a"}, Phase::drop_tables, -5};
  Planned ranked{AddColumn{"public", "a", column("x"), false}, Phase::add_columns, 1};
  Planned b{AddColumn{"public", "b", column("x"), false}, Phase::add_columns, 0};
  Planned a{AddColumn{"public", "a", column("y"), false}, Phase::add_columns, 0};
  CHECK(brief(ordered({late, ranked, b, a}, {}).operations) ==
        Lines{"addColumn a.y", "addColumn b.x", "addColumn a.x", "dropTable a"});
}

TEST_CASE("order: a generated column comes after the columns it reads, and goes before them") {
  Table plain = table("t", {column("id", "int4")}), rich = plain;
  Column area = column("area", "int4", true);
  area.generated = "width * 2";
  rich.columns.push_back(area);
  rich.columns.push_back(column("width", "int4", true));
  CHECK(way(schema({plain}), schema({rich})) == Lines{"addColumn t.width", "addColumn t.area"});
  CHECK(way(schema({rich}), schema({plain})) == Lines{"dropColumn t.area", "dropColumn t.width"});
}

TEST_CASE("order: operations that wait for each other are named") {
  Column a = column("a", "int4", true), b = column("b", "int4", true);
  a.generated = "b + 1";
  b.generated = "a + 1";
  const Plan p = plan(schema({table("t", {column("id"), a, b})}), schema({table("t", {column("id")})}));
  REQUIRE(p.conflicts.size() == 1);
  CHECK(p.conflicts[0].summary ==
        "Operations wait for each other: Add column \"a\" to \"t\"; Add column \"b\" to \"t\"");
}

TEST_CASE("order: every phase of a large change") {
  Schema from = sample(), to = sample();
  from.extensions = {{"hstore"}};
  Table& users = in(to, "users");
  users.columns.push_back(column("handle"));
  users.columns.erase(users.columns.begin() + 4);
  users.uniques[0].name = "one_email";
  users.indexes[0].method = "hash";
  in(to, "users", "age").type = "int8";
  to.namespaces[1].tables.erase(to.namespaces[1].tables.begin());
  insert_sorted(to.namespaces[1].tables, referring("comments", {"users"}));
  to.namespaces[1].enums.push_back({"size", {"s"}});
  const Lines there = way(from, to);
  CHECK(there == Lines{"createExtension citext", "renameConstraint users.one_email", "createEnumType size",
                       "createTable comments", "addColumn users.handle", "dropIndex users.users_age_idx",
                       "dataTransform backfill-users-handle", "alterColumnType users.age", "setNotNull users.handle",
                       "createIndex users.users_age_idx", "addForeignKey comments.comments_users_fkey",
                       "dropColumn users.tags", "dropTable posts", "dropExtension hstore"});
}

TEST_CASE("order: a table is dropped after those that reference it") {
  const Schema from = schema({referring("a", {}), referring("b", {"a"}), referring("c", {"b"}), referring("d", {})});
  CHECK(way(from, schema({})) == Lines{"dropTable c", "dropTable b", "dropTable a", "dropTable d"});
}

TEST_CASE("order: a table that references itself is dropped like any other") {
  CHECK(way(schema({referring("a", {"a"})}), schema({})) == Lines{"dropTable a"});
}

TEST_CASE("order: foreign keys in a cycle of dropped tables go first, those that only lead there stay") {
  const Schema from = schema({referring("a", {"b"}), referring("b", {"a"}), referring("c", {"a"})});
  const Lines there = way(from, schema({}));
  CHECK(there ==
        Lines{"dropConstraint a.a_b_fkey", "dropConstraint b.b_a_fkey", "dropTable b", "dropTable c", "dropTable a"});
}

TEST_CASE("order: a long chain of references takes no stack") {
  std::vector<Table> tables;
  constexpr int length = 3000;
  tables.reserve(length);
  const auto name = [](int i) { return "t" + std::to_string(100000 + i); };
  for (int i = 0; i < length; ++i) {
    tables.push_back(referring(name(i), i == 0 ? Lines{} : Lines{name(i - 1)}));
  }
  const Lines there = way(schema(tables), schema({}));
  REQUIRE(there.size() == length);
  CHECK(there.front() == "dropTable " + name(length - 1));
  CHECK(there.back() == "dropTable " + name(0));
}

TEST_CASE("order: what a drop of a table waits for, when its name is taken over") {
  Table kind = table("kind", {column("id", "int4")}),
        old = table("old", {column("id", "int4"), column("kind", "int4")});
  kind.primary_key = primary_key("kind", {"id"});
  old.foreign_keys = {foreign_key("old_kind_fkey", {"kind"}, "kind", {"id"})};
  Table fresh = table("fresh", {column("id", "int4")});
  const Schema from = schema({fresh, kind, old});
  fresh.indexes = {index("old", {"id"})};
  CHECK(Said(way(from, schema({fresh}, {{"kind", {"a"}}}))) ==
        Said{"renameTable kind__prisma_next_old", "renameTable old__prisma_next_old", "createEnumType kind",
             "createIndex fresh.old", "dropTable old__prisma_next_old", "dropTable kind__prisma_next_old"});
}

}  // namespace
}  // namespace plinth
