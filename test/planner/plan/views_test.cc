// Views that stand in the way of a change: which of them are detached, and which are conflicts.
#include <doctest/doctest.h>

#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/views/detach_view.h"
#include "engine/ops/views/restore_view.h"
#include "planner/plan/pipeline.h"
#include "planner/types/type_change.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

View view(const std::string& name, std::vector<ObjectId> needs) {
  View out;
  out.name = name;
  out.query = "SELECT of " + name;
  out.columns = {{"x", "integer"}};
  out.needs = std::move(needs);
  return out;
}

ObjectId of_users(const char* column) { return {ObjectKind::column, {"public", "users", column}}; }

Schema with(const std::string& type, std::vector<View> views) {
  Schema out = schema({table("users", {column("id", "int4"), column("v", type), column("other", "text")})});
  out.namespaces.front().views = std::move(views);
  return out;
}

// The operations by kind and name; the conflicts where there are any.
Lines way(const Schema& to, const Schema& from, std::optional<Dependents> views = {}) {
  PlanOptions options;
  options.views_in_the_way = views;
  const Plan made = plan(to, from, options);
  Lines out;
  for (const auto& c : made.conflicts) out.push_back(c.summary);
  for (const auto& op : made.operations) out.push_back(std::string(kind(op)) + " " + path(op).back());
  return out;
}

TEST_CASE("views: those on another column stay, those upon a view go before it and come back after it") {
  const std::vector<View> views = {view("above", {{ObjectKind::view, {"public", "below"}}}),
                                   view("below", {of_users("v")}), view("beside", {of_users("other")})};
  CHECK(way(with("int8", views), with("int4", views)) ==
        Lines{"detachView above", "detachView below", "alterColumnType v", "restoreView below", "restoreView above"});
}

TEST_CASE("views: what may mean something else is asked for") {
  const std::vector<View> views = {view("a", {of_users("v")})};
  const Schema before = with("int4", views), after = with("numeric", views);
  const Lines conflict = {
      R"(Alter type of "users"."v" to numeric is impossible while the view is there: view "a" of schema "public" needs it)"};
  CHECK(way(after, before) == conflict);
  CHECK(way(after, before, Dependents::recreate) == Lines{"detachView a", "alterColumnType v", "restoreView a"});
  CHECK(way(with("int8", views), before, Dependents::refuse).size() == 1);
}

TEST_CASE("views: one that stays keeps what it stands upon") {
  Schema before = with("int4", {view("a", {of_users("v")}), view("b", {{ObjectKind::view, {"public", "a"}}})});
  before.namespaces.front().views[1].needs.push_back(of_users("other"));
  Schema after = before;
  after.find_table({"public", "users"})->columns[1].type = "int8";
  after.find_table({"public", "users"})->columns.pop_back();
  const Lines said = way(after, before, Dependents::recreate);
  CHECK(said.size() == 2);  // the drop for "b", the change of type for "a"
}

TEST_CASE("views: a simulation refuses to take away what a view needs") {
  Schema s = with("int4", {view("a", {of_users("v")})});
  CHECK_THROWS_AS(apply(DropTable{"public", "users"}, s), Error);
  CHECK_THROWS_AS(apply(AlterColumnType{"public", "users", "v", "int8", {}, {}, true, false}, s), Error);
  apply(DetachView{"public", view("a", {of_users("v")})}, s);
  apply(AlterColumnType{"public", "users", "v", "int8", {}, {}, true, false}, s);
  apply(RestoreView{"public", view("a", {of_users("v")})}, s);
  CHECK_THROWS_AS(apply(DropTable{"public", "users"}, s), Error);
}

TEST_CASE("types: what reads alike") {
  CHECK(reads_alike("int4", "int8"));
  CHECK_FALSE(reads_alike("int8", "int4"));
  CHECK_FALSE(reads_alike("int8", "numeric"));
  CHECK(reads_alike("character varying(9)", "text"));
  CHECK_FALSE(reads_alike("character(9)", "text"));
  CHECK(reads_alike("numeric(10,2)", "numeric(12,2)"));
  CHECK_FALSE(reads_alike("numeric(10,2)", "numeric(12,4)"));
  CHECK_FALSE(reads_alike("date", "timestamp"));
  CHECK_FALSE(reads_alike("float4", "float8"));
}

}  // namespace
}  // namespace plinth
