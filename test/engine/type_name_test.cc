// The one spelling of a type, and its translations.
#include "engine/sql/type_name.h"

#include <doctest/doctest.h>

using namespace plinth;  // NOLINT(google-build-using-namespace)

TEST_CASE("types are taken apart") {
  const TypeName price = parse_type("numeric( 10, 2 )[]");
  CHECK(price.base == "numeric");
  CHECK(price.modifier == "10,2");
  CHECK(price.array);
  CHECK(price.text() == "numeric(10,2)[]");
  const TypeName time = parse_type("timestamp(3) with time zone");
  CHECK(time.base == "timestamp with time zone");
  CHECK(time.modifier == "3");
  CHECK_FALSE(time.array);
  CHECK(parse_type("int4[][]").text() == "int4[]");
  CHECK(parse_type("\"a(b)\".\"c\"").base == "\"a(b)\".\"c\"");
}

TEST_CASE("every usual spelling becomes one") {
  const std::pair<const char*, const char*> cases[] = {
      {"integer", "int4"},
      {"INT", "int4"},
      {"smallint", "int2"},
      {"bigint[]", "int8[]"},
      {"double precision", "float8"},
      {"real", "float4"},
      {"boolean", "bool"},
      {"varchar(5)", "character varying(5)"},
      {"character varying", "character varying"},
      {"bpchar", "bpchar"},
      {"bpchar(3)", "character(3)"},
      {"char", "character(1)"},
      {"bit[]", "bit(1)[]"},
      {"numeric(5)", "numeric(5,0)"},
      {"numeric", "numeric"},
      {"char(3)", "character(3)"},
      {"varbit(8)", "bit varying(8)"},
      {"decimal(10, 2)", "numeric(10,2)"},
      {"timestamp(3) with time zone", "timestamptz(3)"},
      {"timestamp without time zone", "timestamp"},
      {"time with time zone", "timetz"},
      {"time(0) without time zone[]", "time(0)[]"},
      {"pg_catalog.text", "text"},
      {"pg_catalog.int4", "int4"},
      {"public.mood", "public.mood"},
      {"\"My Schema\".\"Mood\"[]", "\"My Schema\".\"Mood\"[]"},
      {"text", "text"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.first);
    CHECK(normalize_type(c.first) == c.second);
    CHECK(normalize_type(c.second) == c.second);
  }
}

TEST_CASE("types are printed as the server prints them") {
  const std::pair<const char*, const char*> cases[] = {
      {"int4", "integer"},
      {"int8[]", "bigint[]"},
      {"timestamptz(3)", "timestamp(3) with time zone"},
      {"time[]", "time without time zone[]"},
      {"numeric(10,2)", "numeric(10,2)"},
      {"character varying(5)", "character varying(5)"},
      {"public.mood", "public.mood"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.first);
    CHECK(format_type_text(c.first) == c.second);
    CHECK(normalize_type(c.second) == c.first);
  }
}

TEST_CASE("only integers autoincrement") {
  CHECK(serial_type("int2") == "SMALLSERIAL");
  CHECK(serial_type("int4") == "SERIAL");
  CHECK(serial_type("int8") == "BIGSERIAL");
  CHECK(serial_type("numeric").empty());
  CHECK(serial_type("int4[]").empty());
}

TEST_CASE("families of types") {
  CHECK(is_number_type("numeric(10,2)"));
  CHECK_FALSE(is_number_type("numeric[]"));
  CHECK(is_text_type("character varying(3)"));
  CHECK_FALSE(is_text_type("bytea"));
  CHECK(is_json_type("jsonb"));
  CHECK_FALSE(is_json_type("text"));
}

TEST_CASE("a modifier that the server would refuse is told") {
  for (const char* type :
       {"character varying(max)", "character varying(99999999999)", "character varying(0)", "character(10485761)",
        "bit(83886081)", "numeric(1001,2)", "numeric(99999999999,2)", "numeric(5,1001)", "numeric(5,2,1)",
        "timestamptz(7)", "time(-1)", "interval second(9)", "numeric(a)", "numeric(5,)"}) {
    CAPTURE(std::string(type));
    CHECK(modifier_problem(type));
  }
  for (const char* type : {"character varying(10485760)", "character varying", "bit(83886080)[]", "numeric(1000,-1000)",
                           "time(0)", "interval(6)", "public.vector(99999)", "geometry(Point,4326)"}) {
    CAPTURE(std::string(type));
    CHECK_FALSE(modifier_problem(type));
  }
  CHECK(*modifier_problem("character varying(max)") == "character varying takes a number from 1 to 10485760, not max");
}

TEST_CASE("user-defined types are qualified") {
  const auto mood = user_type("public.mood");
  REQUIRE(mood);
  CHECK(mood->schema == "public");
  CHECK(mood->name == "mood");
  const auto odd = user_type("\"My \"\"Schema\".\"a.b\"[]");
  REQUIRE(odd);
  CHECK(odd->schema == "My \"Schema");
  CHECK(odd->name == "a.b");
  CHECK_FALSE(user_type("text"));
  CHECK_FALSE(user_type("character varying(5)"));
}
