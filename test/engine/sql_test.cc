// SQL text: whatever fills a hole cannot leave it.
#include "engine/sql/sql.h"
#include "engine/sql/reading/mentioned_names.h"

#include <doctest/doctest.h>

#include "engine/names.h"
#include "engine/schema/schema.h"

using namespace plinth;  // NOLINT(google-build-using-namespace)

TEST_CASE("holes are filled in order") {
  CHECK(Sql("SELECT 1").text() == "SELECT 1");
  CHECK(Sql("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {} -- {}", Name{"s", "t"}, Ident{"c"}, Literal{"v"},
            std::int64_t{-7})
            .text() == R"(ALTER TABLE "s"."t" ALTER COLUMN "c" SET DEFAULT 'v' -- -7)");
  CHECK(Sql("{} and {}", Sql("{}", Ident{"{}"}), Sql("b")).text() == "\"{}\" and b");
}

TEST_CASE("identifiers are quoted whatever they hold") {
  CHECK(Sql("{}", Ident{"plain"}).text() == "\"plain\"");
  CHECK(Sql("{}", Ident{"a\"; DROP TABLE b; --"}).text() == "\"a\"\"; DROP TABLE b; --\"");
  CHECK(Sql("{}", Name{"", "t"}).text() == "\"t\"");
  CHECK(Sql("{}", Name{"my schema", "T\"x"}).text() == "\"my schema\".\"T\"\"x\"");
}

TEST_CASE("literals mean the same under either setting of standard_conforming_strings") {
  CHECK(Sql("{}", Literal{"it's"}).text() == "'it''s'");
  CHECK(Sql("{}", Literal{""}).text() == "''");
  CHECK(Sql("{}", Literal{"a\\b"}).text() == "E'a\\\\b'");
  CHECK(Sql("{}", Literal{"\\'"}).text() == "E'\\\\'''");
}

TEST_CASE("lists are joined") {
  CHECK(ident_list({"a", "b\"c"}).text() == R"("a", "b""c")");
  CHECK(literal_list({"a", "b'c"}).text() == "'a', 'b''c'");
  CHECK(ident_list({}).empty());
  CHECK(Sql::list(std::vector<Sql>{Sql("a"), Sql("b")}, ";\n").text() == "a;\nb");
  Sql both("a");
  both += Sql("b");
  CHECK(both == Sql("ab"));
  CHECK(Sql::trusted("x > 1").text() == "x > 1");
}

TEST_CASE("identifiers are quoted only where the server would") {
  for (const char* plain : {"users", "_a1", "name", "type", "value", "a$b"}) {
    CAPTURE(plain);
    const bool bare = std::string_view(plain).find('$') == std::string_view::npos;
    CHECK(quote_if_needed(plain) == (bare ? std::string(plain) : "\"" + std::string(plain) + "\""));
  }
  for (const char* odd :
       {"", "Users", "1a", "a b", "a\"b", "user", "order", "select", "all", "zürich", "char", "json"}) {
    CAPTURE(odd);
    CHECK(quote_if_needed(odd) == Sql("{}", Ident{odd}).text());
  }
}

TEST_CASE("names that are left open are cut as the server cuts them, and keep their suffix") {
  const std::string table(63, 't'), column(63, 'c');
  CHECK(default_name("users", {"a", "b"}, "key") == "users_a_b_key");
  CHECK(default_name(table, {"a"}, "key") == std::string(57, 't') + "_a_key");
  CHECK(default_name(table, {}, "pkey") == std::string(58, 't') + "_pkey");
  CHECK(default_name("t", {column}, "idx") == "t_" + std::string(57, 'c') + "_idx");
  CHECK(default_name(table, {column, "d"}, "fkey") == std::string(29, 't') + "_" + std::string(28, 'c') + "_fkey");
  CHECK(default_name(std::string(56, 't') + "é", {"a"}, "key") == std::string(56, 't') + "_a_key");
}

TEST_CASE("a temporary name keeps as much of a name as the server keeps, and whole characters") {
  CHECK(temporary_name("café", "__plinth_aside") == "café__plinth_aside");
  CHECK(temporary_name("中", "_x") == "中_x");
  CHECK(temporary_name(std::string(63, 'n'), "_x") == std::string(61, 'n') + "_x");
  std::string wide;
  for (int i = 0; i < 21; ++i) wide += "中";  // 63 bytes
  CHECK(temporary_name(wide, "_x") == wide.substr(0, 60) + "_x");
  CHECK(name_aside("é", [](const std::string& n) { return n == "é__plinth_aside"; }) == "é__plinth_aside2");
}

TEST_CASE("names are cut where the server cuts them") {
  CHECK(truncate_identifier(std::string(63, 'x')) == std::string(63, 'x'));
  CHECK(truncate_identifier(std::string(64, 'x')) == std::string(63, 'x'));
  CHECK(truncate_identifier(std::string(62, 'x') + "é") == std::string(62, 'x'));
  CHECK(truncate_identifier(std::string(61, 'x') + "é") == std::string(61, 'x') + "é");
  CHECK(truncate_identifier(std::string(60, 'x') + "\xf0\x9f\x98\x80") == std::string(60, 'x'));
}

TEST_CASE("names that an expression mentions") {
  const auto mentioned = [](std::string_view sql) {
    std::string out;
    for (const auto& n : plinth::mentioned_names(sql)) out.append(out.empty() ? "" : " ").append(n.text);
    return out;
  };
  CHECK(mentioned("lower(a) || public.f(b, \"Odd\".\"G\"(c))") == "lower public.f \"Odd\".\"G\"");
  CHECK(mentioned("a::numeric(10,2) > 3 AND 'f(x)' = $$g(x)$$") == "");
  CHECK(
      mentioned("a::d > 'x'::shop.\"Size\" AND b::double precision > c::timestamp(3) with time zone AND e::int > 0") ==
      "d shop.\"Size\"");
  CHECK(mentioned("nextval('public.\"S\"'::regclass)") == "nextval public.\"S\"");
  CHECK(mentioned("EXISTS (SELECT 1 FROM unnest(tags) u(x) WHERE public.f(x))") == "public.f");
}
