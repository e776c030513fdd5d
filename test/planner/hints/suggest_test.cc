#include "planner/hints/suggest.h"

#include <doctest/doctest.h>

#include <ostream>

#include "planner/compare/reconcile.h"
#include "planner/hints/apply_hints.h"
#include "planner/hints/name_similarity.h"
#include "test/files.h"
#include "test/planner/support/random_schema.h"
#include "test/planner/support/scenario.h"

namespace plinth {
namespace {

using namespace test;

// `code path: hint` of each warning.
Said suggested(const Schema& from, const Schema& to, const std::vector<MoveHint>& moves = {}) {
  Said out;
  for (const auto& w : suggest(to, from, moves)) {
    CHECK(w.score);
    CHECK(*w.score >= suggestion_threshold);
    CHECK(w.score->hundredths <= 100);
    REQUIRE(w.hint);
    std::string line(name_of(w.code));
    for (std::size_t i = 1; i < w.path.size(); ++i) line.append(i == 1 ? " " : ".").append(w.path[i]);
    out.push_back(line + " " + to_json(*w.score) + " " + to_json(*w.hint));
  }
  return out;
}

Table keyed(std::string name, std::vector<Column> columns) {
  columns.insert(columns.begin(), column("id", "uuid"));
  Table out = table(std::move(name), std::move(columns));
  out.primary_key = primary_key(out.name, {"id"});
  return out;
}

TEST_CASE("names: words, and how alike they are") {
  CHECK(words("userProfiles2") == Lines{"user", "profile", "2"});
  CHECK(words("HTTPServer_companies-boxes status") == Lines{"http", "server", "company", "box", "status"});
  CHECK(words("") == Lines{});
  CHECK(words("_") == Lines{});
  CHECK(name_similarity("name", "name") == 100);
  CHECK(name_similarity("users", "user") == 100);
  CHECK(name_similarity("name", "fullName") == 66);
  CHECK(name_similarity("colour", "color") == 83);
  CHECK(name_similarity("email", "phone") == 0);
  CHECK(name_similarity("", "x") == 0);
  CHECK(common_words("firstName", "last_name") == 1);
}

TEST_CASE("a column under another name") {
  const Schema from = schema({keyed("user", {column("name", "text", true)})});
  CHECK(suggested(from, schema({keyed("user", {column("fullName", "text", true)})})) ==
        Said{R"(possibleRename user.name 0.83 {"kind":"renameColumn","table":"user","from":"name","to":"fullName"})"});
  CHECK(suggested(from, schema({keyed("user", {column("fullName", "character varying(9)", true)})})) ==
        Said{R"(possibleRename user.name 0.68 {"kind":"renameColumn","table":"user","from":"name","to":"fullName"})"});
  CHECK(suggested(from, schema({keyed("user", {column("phone", "text", true)})})) == Said{});
  const Schema counted = schema({keyed("user", {column("visit", "int4")})});
  CHECK(suggested(counted, schema({keyed("user", {column("visits", "timestamptz")})})) == Said{});
  CHECK(suggested(from, from) == Said{});
}

TEST_CASE("of several candidates the likeliest, each once") {
  const Schema from = schema({keyed("user", {column("homeTown", "int4"), column("homePlace", "int4")})});
  const Schema to = schema({keyed("user", {column("home_place", "int4"), column("town", "int4")})});
  CHECK(
      suggested(from, to) ==
      Said{
          R"(possibleRename user.homePlace 0.85 {"kind":"renameColumn","table":"user","from":"homePlace","to":"home_place"})",
          R"(possibleRename user.homeTown 0.68 {"kind":"renameColumn","table":"user","from":"homeTown","to":"town"})"});
}

TEST_CASE("one text in several portions, and the other way round") {
  const Schema whole = schema({keyed("user", {column("name")})});
  const Schema parts = schema({keyed("user", {column("firstName"), column("lastName")})});
  CHECK(suggested(whole, parts) ==
        Said{R"(possibleSplit user.name 0.83 {"kind":"move","from":[{"table":"user","columns":["name"]}],)"
             R"("to":[{"table":"user","columns":["firstName","lastName"]}]})"});
  CHECK(
      suggested(parts, whole) ==
      Said{
          R"(possibleMerge user.firstName 0.83 {"kind":"move","from":[{"table":"user","columns":["firstName","lastName"]}],)"
          R"("to":[{"table":"user","columns":["name"]}]})"});
}

TEST_CASE("columns that reappear behind a foreign key") {
  Table user = keyed("user", {column("email"), column("bio", "text", true), column("avatarUrl", "text", true)});
  Table profile = keyed("user_profile", {column("userId", "uuid"), column("bio", "text", true), column("avatarUrl")});
  profile.foreign_keys = {foreign_key("fk", {"userId"}, "user", {"id"})};
  const Schema to = schema({keyed("user", {column("email")}), profile});
  const std::string hint =
      R"({"kind":"move","from":[{"table":"user","columns":["bio","avatarUrl"]}],"to":[{"table":"user_profile","columns":["bio","avatarUrl"]}]})";
  CHECK(suggested(schema({user}), to) == Said{"possibleSplit user.bio 1.0 " + hint});
  profile.columns.resize(2);
  CHECK(suggested(schema({user, profile}), to) == Said{"valuesReappear user.bio 1.0 " + hint});
  const auto move = from_json<Hint>(hint, Code::rpc_invalid_params, "hint");
  CHECK(suggested(schema({user}), to, {get<MoveHint>(move)}) == Said{});
}

TEST_CASE("columns that become rows of a table of their own") {
  const Schema from =
      schema({keyed("orders", {column("customerName"), column("customerEmail"), column("total", "int4")})});
  Table orders = keyed("orders", {column("customerId", "uuid")});
  orders.foreign_keys = {foreign_key("fk", {"customerId"}, "customers", {"id"})};
  CHECK(
      suggested(from, schema({keyed("customers", {column("name"), column("email")}), orders})) ==
      Said{
          R"(possibleExtraction orders.customerName 0.9 {"kind":"move","from":[{"table":"orders","columns":["customerName","customerEmail"]}],)"
          R"("to":[{"table":"customers","columns":["name","email"]}]})"});
}

TEST_CASE("a table under another name") {
  const auto columns = [] { return std::vector<Column>{column("email"), column("age", "int4")}; };
  CHECK(suggested(schema({keyed("users", columns())}), schema({keyed("accounts", columns())})) ==
        Said{R"(possibleRename users 0.8 {"kind":"renameTable","from":"users","to":"accounts"})"});
  CHECK(suggested(schema({keyed("users", {})}), schema({keyed("accounts", {})})) == Said{});
  CHECK(suggested(schema({keyed("users", {})}), schema({keyed("user", {})})) ==
        Said{R"(possibleRename users 0.6 {"kind":"renameTable","from":"users","to":"user"})"});
}

TEST_CASE("one table in several, several in one") {
  const auto columns = [] { return std::vector<Column>{column("total", "int4")}; };
  CHECK(
      suggested(schema({keyed("orders", columns())}),
                schema({keyed("active_orders", columns()), keyed("archived_orders", columns())})) ==
      Said{
          R"(possibleSplit orders 0.93 {"kind":"move","from":[{"table":"orders","columns":["id","total"]}],)"
          R"("to":[{"table":"active_orders","columns":["id","total"]},{"table":"archived_orders","columns":["id","total"]}]})"});
  CHECK(
      suggested(schema({keyed("user_addresses", {column("street")}), keyed("user_contacts", {column("phone")})}),
                schema({keyed("user_info", {column("street"), column("phone")})})) ==
      Said{
          R"(possibleMerge user_addresses 0.6 {"kind":"move","from":[{"table":"user_addresses","columns":["id","street"]},)"
          R"({"table":"user_contacts","columns":["id","phone"]}],"to":[{"table":"user_info","columns":["id","street","phone"]}]})"});
}

TEST_CASE("an enum type, and a value, under another name") {
  const auto with = [](Enum e) { return schema({keyed("t", {})}, {std::move(e)}); };
  CHECK(suggested(with({"user_role", {"admin", "guest"}}), with({"app_role", {"admin", "guest"}})) ==
        Said{R"(possibleRename user_role 0.85 {"kind":"renameEnum","from":"user_role","to":"app_role"})"});
  CHECK(suggested(with({"role", {"a", "on", "z"}}), with({"role", {"a", "enabled", "z", "more"}})) ==
        Said{R"(possibleRename role.on 0.6 {"kind":"renameEnumValue","type":"role","from":"on","to":"enabled"})"});
  CHECK(suggested(with({"role", {"a", "on"}}), with({"role", {"x", "y", "a"}})) == Said{});
  CHECK(suggested(with({"role", {"a", "b", "on"}}), with({"role", {"b", "a", "off"}})) == Said{});
}

TEST_CASE("recorded scenarios that lose values say so, and no other ones") {
  const auto directory = vectors(PLINTH_SOURCE_DIR, "planner");
  if (!directory) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  Said found;
  for (const auto& s : read_scenarios(*directory / "planner-scenarios.json")) {
    for (const auto& w : suggest(s.destination, s.origin, {})) {
      found.push_back(s.id + ": " + std::string(name_of(w.code)) + " " + w.path.back());
    }
  }
  CHECK(found == Said{"34: possibleSplit bio", "S3: possibleSplit name", "S5: possibleSplit bio",
                      "S14: possibleExtraction countryCode", "35: possibleRename oldField",
                      "enum-add-and-remove: possibleRename user", "enum-native-name-changed: possibleRename user_role",
                      "table-rename: possibleRename users", "column-rename-nullable: possibleRename name",
                      "column-rename-not-null: possibleRename name", "column-merge: possibleMerge firstName",
                      "s6-horizontal-split: possibleSplit orders", "s7-table-merge: possibleMerge user_addresses",
                      "s10-normalize: possibleExtraction customerName"});
}

TEST_CASE("every suggestion can be followed") {
  constexpr unsigned pairs = 250;
  std::size_t followed = 0;
  for (unsigned seed = 0; seed < pairs; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), to = random.next();
    for (const auto& w : suggest(to, from, {})) {
      CAPTURE(w.message);
      Schema renamed = from, wanted = to;
      const HintedOrigin hinted = apply_hints({*w.hint}, {}, to, renamed);
      CHECK(hinted.conflicts.empty());
      reconcile(wanted, renamed);
      const Plan made = plan(wanted, renamed, {}, hinted);
      CHECK(made.conflicts.empty());
      CHECK(prove(from, made.operations, to).ok);
      ++followed;
    }
  }
  CHECK(followed > 30);
}

}  // namespace
}  // namespace plinth
