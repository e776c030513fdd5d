#include "planner/hints/mappings.h"

#include <doctest/doctest.h>

#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

Contract with(std::vector<ContractModel> models) {
  Contract out;
  out.models = std::move(models);
  return out;
}

Lines derived(const Contract& start, const Contract& end) {
  Lines out;
  for (const auto& d : mapping_hints(start, end)) {
    CHECK_FALSE(d.reason.empty());
    out.push_back(to_json(d.hint));
  }
  return out;
}

TEST_CASE("models and fields that keep their names take their rows and values along") {
  CHECK(derived(with({{"public", "Note", "public", "note", {{"text", "text"}}},
                      {"public", "User", "public", "users", {{"id", "id"}, {"mail", "email"}}}}),
                with({{"public", "Note", "public", "note", {{"text", "text"}}},
                      {"public", "User", "public", "people", {{"id", "id"}, {"mail", "mail"}}}})) ==
        Lines{R"({"kind":"renameTable","from":"users","to":"people"})",
              R"({"kind":"renameColumn","table":"people","from":"email","to":"mail"})"});
}

TEST_CASE("a table that no schema binds is in public") {
  CHECK(derived(with({{"", "User", "__unbound__", "users", {}}}), with({{"", "User", "public", "people", {}}})) ==
        Lines{R"({"kind":"renameTable","from":"users","to":"people"})"});
}

TEST_CASE("nothing follows from other models, other schemas, or nothing new") {
  const Contract start = with({{"public", "User", "public", "users", {{"mail", "email"}, {"gone", "gone"}}}});
  CHECK(derived(start, start) == Lines{});
  CHECK(derived(start, with({})) == Lines{});
  CHECK(derived(start, with({{"public", "Person", "public", "people", {{"mail", "mail"}}}})) == Lines{});
  CHECK(derived(start, with({{"shop", "User", "public", "people", {{"mail", "mail"}}}})) == Lines{});
  CHECK(derived(start, with({{"public", "User", "shop", "people", {{"mail", "mail"}}}})) == Lines{});
}

TEST_CASE("models that disagree say nothing") {
  const std::map<std::string, std::string> before = {{"a", "x"}, {"b", "x"}}, after = {{"a", "y"}, {"b", "x"}};
  CHECK(derived(with({{"", "M", "public", "t", before}}), with({{"", "M", "public", "t", after}})) == Lines{});
  CHECK(derived(with({{"", "M", "public", "t", {}}, {"", "N", "public", "t", {}}}),
                with({{"", "M", "public", "u", {}}, {"", "N", "public", "v", {}}})) == Lines{});
  CHECK(derived(with({{"", "M", "public", "t", {}}, {"", "N", "public", "u", {}}}),
                with({{"", "M", "public", "v", {}}, {"", "N", "public", "v", {}}})) == Lines{});
}

}  // namespace
}  // namespace plinth
