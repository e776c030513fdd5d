// Which statements count as the same. A wrong yes proves a package that does something else.
#include "engine/sql/reading/sql_tokens.h"

#include <doctest/doctest.h>

using namespace plinth;

TEST_CASE("statements that say the same") {
  constexpr std::pair<std::string_view, std::string_view> same[] = {
      {R"(DROP TABLE "public"."users")", "drop table users;"},
      {R"(ALTER TABLE "public"."t" DROP COLUMN "a")", "ALTER TABLE t -- why\n DROP COLUMN a"},
      {"DEFAULT (now())", "DEFAULT (CURRENT_TIMESTAMP)"},
      {R"(x "public"."mood")", R"(x "mood")"},
      {"ADD COLUMN a json", R"(ADD COLUMN a "json")"},
      {"DEFAULT '{1,-2}'::int4[]", "DEFAULT ARRAY[1, -2]"},
      {"DEFAULT '{1,2}'::int4[]", "DEFAULT ARRAY[1, 2]::integer[]"},
      {R"(DEFAULT '{"a","b c"}'::text[])", "DEFAULT ARRAY['a', 'b c']"},
      {"DEFAULT '{{1,2},{3,NULL}}'::int4[]", "DEFAULT ARRAY[ARRAY[1, 2], ARRAY[3, null]]"}};
  for (const auto& pair : same) {
    CHECK_MESSAGE(same_statement(pair.first, pair.second), std::string(pair.first), " / ", std::string(pair.second));
  }
}

TEST_CASE("statements that do not") {
  constexpr std::pair<std::string_view, std::string_view> different[] = {
      {"DEFAULT 1.5", "DEFAULT 5"},
      {R"(REFERENCES "auth"."users" ("id"))", R"(REFERENCES "users" ("id"))"},
      {R"("docs"."owner" = "owner")", "owner = owner"},
      {"f('{}'::jsonb or g(1)::int[])", "f('{}'::jsonb and h(2)::int[])"},
      {"'{a}'::text[]", "'{a}'::int[]"},
      {"f('{a,b}')", "f(array[a,b])"},
      {R"(f("user"))", "f(user)"},
      {R"(a "char")", "a char"},
      {R"(f("Name"))", "f(Name)"},
      {"1 < -2", "1 <- 2"},
      {"'a'", "a"},
      {"f(1)", "f(1) ; DROP TABLE t"}};
  for (const auto& pair : different) {
    CHECK_MESSAGE(!same_statement(pair.first, pair.second), std::string(pair.first), " / ", std::string(pair.second));
  }
}

TEST_CASE("arrays nested without end are no arrays") {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "ARRAY[";
  CHECK(!same_statement("'{}'", deep));
}
