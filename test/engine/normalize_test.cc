#include "engine/sql/normalize.h"

#include <doctest/doctest.h>

#include "engine/sql/sql_literal.h"

namespace plinth {
namespace {

// `literal <json>`, `expression <sql>`, `none`.
std::string shown(const std::optional<Default>& d) {
  if (!d) return "none";
  return std::string(name_of(d->kind)) + " " + d->value;
}

struct DefaultCase {
  std::string sql, type, meaning;
};

void check_defaults(const std::vector<DefaultCase>& cases) {
  for (const auto& c : cases) {
    CAPTURE(c.sql);
    CAPTURE(c.type);
    CHECK(shown(normalize_default(c.sql, c.type)) == c.meaning);
  }
}

TEST_CASE("defaults: NULL is no default") {
  check_defaults({{"NULL", "text", "none"},
                  {"NULL::character varying(20)", "text", "none"},
                  {"(NULL)::integer", "int4", "none"},
                  {"'NULL'", "text", "literal \"NULL\""}});
}

TEST_CASE("defaults: a cast that changes the value stays") {
  check_defaults(
      {{"'abcdef'::character varying(5)", "character varying(5)", "expression 'abcdef'::character varying(5)"},
       {"'äöü'::character varying(3)", "character varying(3)", "literal \"äöü\""},
       {"1.567::numeric(10,1)", "numeric", "expression 1.567::numeric(10,1)"},
       {"'2020-01-01 00:00:00.5+00'::timestamp(0) with time zone", "timestamptz",
        "expression '2020-01-01 00:00:00.5+00'::timestamp(0) with time zone"},
       {"'{abc,abcd}'::character varying(3)[]", "character varying(3)[]",
        "expression '{abc,abcd}'::character varying(3)[]"},
       {"11111::bit(5)", "bit(5)", "expression 11111::bit(5)"},
       {"1.5::integer", "numeric", "expression 1.5::integer"},
       {"1.123456789::real", "numeric", "expression 1.123456789::real"},
       {"'1011'::bit(3)", "bit(3)", "expression '1011'::bit(3)"},
       {"1.567::numeric(10,1)::numeric(10,3)", "numeric(10,3)", "expression 1.567::numeric(10,1)::numeric(10,3)"},
       {"'abcd'::character(3)", "character(3)", "expression 'abcd'::character(3)"},
       {"'a  '::character(3)", "text", "expression 'a  '::character(3)"}});  // the cast to text strips the blanks
}

TEST_CASE("defaults: a cast to the type of the column itself does what storing the value does") {
  check_defaults(
      {{"'2020-01-01 00:00:00'::timestamp(3) without time zone", "timestamp(3)", "literal \"2020-01-01T00:00:00\""},
       {"'2020-01-01 00:00:00'::timestamp(3) without time zone", "timestamptz(3)",
        "expression '2020-01-01 00:00:00'::timestamp(3) without time zone"},
       {"1.567::numeric(10,1)", "numeric(10,1)", "literal 1.567"},
       {"'{1.00,2.50}'::numeric(5,2)[]", "numeric(5,2)[]", "literal [1,2.5]"},
       {"'{abc,NULL}'::character varying(3)[]", "character varying(3)[]", "literal [\"abc\",null]"},
       {"'101'::bit(3)", "bit(3)", "literal \"101\""},
       {"'10'::bit varying(3)", "bit varying(3)", "literal \"10\""},
       {"'01:00:00'::interval(3)", "interval(3)", "literal \"01:00:00\""}});
}

TEST_CASE("defaults: literals lose quotes, casts and parentheses") {
  check_defaults({{"'USER'::text", "text", "literal \"USER\""},
                  {"'USER'::character varying(20)", "character varying(20)", "literal \"USER\""},
                  {"('USER'::text)", "text", "literal \"USER\""},
                  {"'it''s'", "text", "literal \"it's\""},
                  {"E'a\\\\b'::text", "text", R"(literal "a\\b")"},
                  {"'x y'::bpchar", "character(3)", "literal \"x y\""},
                  {"'happy'::public.mood", "public.mood", "literal \"happy\""},
                  {"'happy'::\"My Schema\".\"Mood\"", "\"My Schema\".\"Mood\"", "literal \"happy\""},
                  {"''::text", "text", "literal \"\""}});
}

TEST_CASE("defaults: booleans and numbers have one text") {
  check_defaults({{"true", "bool", "literal true"},
                  {"FALSE", "bool", "literal false"},
                  {"'t'::boolean", "bool", "literal true"},
                  {"0", "int4", "literal 0"},
                  {"'0'::smallint", "int2", "literal 0"},
                  {"(-5)", "int4", "literal -5"},
                  {"'-5'::integer", "int4", "literal -5"},
                  {"1.50", "numeric(10,2)", "literal 1.5"},
                  {"01.50", "numeric", "literal 1.50"},
                  {"'0.00'::numeric", "numeric", "literal 0.00"},
                  {"5", "numeric", "literal 5"},
                  {"1.5::double precision", "float8", "literal 1.5"},
                  {"'9007199254740993'::bigint", "int8", "literal 9007199254740993"},
                  {"007", "int4", "literal 7"},
                  {"5", "text", "literal \"5\""},
                  {"'5'::text", "text", "literal \"5\""}});
}

TEST_CASE("defaults: JSON compares by what it says; a string stays one, and null is a document") {
  check_defaults({{"'{\"b\": 1, \"a\": [ 1 ]}'::jsonb", "jsonb", R"(literal {"a":[1],"b":1})"},
                  {"'{}'::json", "json", "literal {}"},
                  {"'[]'::jsonb", "jsonb", "literal []"},
                  {"'not json'::jsonb", "jsonb", "expression 'not json'::jsonb"},
                  {"'null'::json", "json", "literal null"},
                  {"'\"{\\\"a\\\":1}\"'::jsonb", "jsonb", R"(literal "{\"a\":1}")"},
                  {"'{\"a\":1}'::text", "text", R"(literal "{\"a\":1}")"}});
  CHECK(shown(normalize_literal({R"("{\"a\":1}")"}, "jsonb")) == R"(literal "{\"a\":1}")");
  CHECK(shown(normalize_literal({"null"}, "jsonb")) == "literal null");
  CHECK(shown(normalize_literal({R"("null")"}, "json")) == R"(literal "null")");
  CHECK(shown(normalize_literal({R"({"b":1,"a":2})"}, "jsonb")) == R"(literal {"a":2,"b":1})");
}

TEST_CASE("defaults: arrays of any spelling are JSON arrays of their elements") {
  check_defaults({{"'{}'::text[]", "text[]", "literal []"},
                  {"'{a,\"b c\",NULL}'::text[]", "text[]", R"(literal ["a","b c",null])"},
                  {"'{\"a\\\"b\"}'::text[]", "text[]", R"(literal ["a\"b"])"},
                  {"'{1,2}'::integer[]", "int4[]", "literal [1,2]"},
                  {"ARRAY['a'::text, 'b'::text]", "text[]", R"(literal ["a","b"])"},
                  {"ARRAY[1, 2]", "int4[]", "literal [1,2]"},
                  {"ARRAY['x'::public.mood]", "public.mood[]", R"(literal ["x"])"},
                  {"ARRAY[]::text[]", "text[]", "literal []"},
                  {"ARRAY[now()]", "timestamptz[]", "expression ARRAY[now()]"},
                  {"'{{1},{2}}'::integer[]", "int4[]", "literal [[1],[2]]"},
                  {"ARRAY[ARRAY[1, 2], ARRAY[3, 4]]", "int4[]", "literal [[1,2],[3,4]]"},
                  {"'{ {1 , 2},{\"3\",4} }'::integer[]", "int4[]", "literal [[1,2],[3,4]]"},
                  {"'{{1},2'::integer[]", "int4[]", R"(literal "{{1},2")"}});
}

TEST_CASE("defaults: timestamps compare as instants") {
  check_defaults(
      {{"'2024-01-15 10:30:00'::timestamp without time zone", "timestamp", "literal \"2024-01-15T10:30:00\""},
       {"'2024-01-15T10:30:00.000'", "timestamp", "literal \"2024-01-15T10:30:00\""},
       {"'2024-01-15 10:30:00+02'::timestamp with time zone", "timestamptz", "literal \"2024-01-15T08:30:00Z\""},
       {"'2024-01-15T08:30:00.000Z'", "timestamptz", "literal \"2024-01-15T08:30:00Z\""},
       {"'2024-01-15'::date", "date", "literal \"2024-01-15\""},
       {"'2020-02-30'", "date", "literal \"2020-02-30\""},  // no day: the server says so, and no other day is meant
       {"'2020-01-01T25:00:00'", "timestamp", "literal \"2020-01-01T25:00:00\""},
       {"'2020-01-01 24:00:00'", "timestamp", "literal \"2020-01-02T00:00:00\""},
       {"'epoch'::timestamptz", "timestamptz", "literal \"epoch\""},
       {"'2024-01-15 10:30:00'::text", "text", "literal \"2024-01-15 10:30:00\""}});
}

TEST_CASE("defaults: an expression keeps its spelling, and compares by what it means") {
  const auto default_of = [](const char* sql) { return *normalize_default(sql, "timestamptz"); };
  for (const char* same : {"NOW( )", "CURRENT_TIMESTAMP", "transaction_timestamp()",
                           "('now'::text)::timestamp without time zone", "(now())::timestamp without time zone"}) {
    CAPTURE(same);
    CHECK(default_of(same).value == same);
    CHECK(default_of(same) == default_of("now()"));
  }
  for (const char* other : {"clock_timestamp()", "CURRENT_DATE"}) CHECK_FALSE(default_of(other) == default_of("now()"));
  for (const char* same : {"uuid_generate_v4()", "public.uuid_generate_v4()"}) {
    CAPTURE(same);
    CHECK(default_of(same).value == same);
    CHECK(default_of(same) == default_of("gen_random_uuid()"));
  }
  CHECK_FALSE(default_of("uuid_generate_v1()") == default_of("gen_random_uuid()"));
}

TEST_CASE("defaults: everything else is an expression, which compares without spaces and case") {
  check_defaults({{"(1 + 1)", "int4", "expression 1 + 1"},
                  {"'a' || 'b'", "text", "expression 'a' || 'b'"},
                  {"lower('X'::text)", "text", "expression lower('X'::text)"}});
  CHECK(*normalize_default("lower( 'X' )", "text") == *normalize_default("LOWER('X')", "text"));
  CHECK(*normalize_default("NOW( )", "timestamptz") == *normalize_default("now()", "timestamptz"));
  CHECK_FALSE(*normalize_default("lower('X')", "text") == *normalize_default("lower('x')", "text"));
}

TEST_CASE("defaults: what a contract states and what the server prints meet") {
  struct Meeting {
    std::string stated, printed, type;
  };
  const std::vector<Meeting> meetings = {
      {"\"USER\"", "'USER'::text", "text"},
      {"0", "0", "int4"},
      {"-1", "'-1'::integer", "int4"},
      {"1.50", "1.5", "numeric(5,2)"},
      {"\"10.5\"", "10.50", "numeric(5,2)"},
      {"900719925474", "'900719925474'::bigint", "int8"},
      {"\"9007199254740993\"", "'9007199254740993'::bigint", "int8"},
      {"true", "true", "bool"},
      {"[\"a\",\"b\"]", "ARRAY['a'::text, 'b'::text]", "text[]"},
      {"[]", "'{}'::text[]", "text[]"},
      {"{\"a\":1}", "'{\"a\": 1}'::jsonb", "jsonb"},
      {"\"{\\\"a\\\":1}\"", "'\"{\\\"a\\\":1}\"'::jsonb", "jsonb"},
      {"\"2024-01-15T10:30:00.000Z\"", "'2024-01-15 10:30:00+00'::timestamp with time zone", "timestamptz"},
      {"5", "'5'::text", "text"},
  };
  for (const auto& m : meetings) {
    CAPTURE(m.stated);
    const auto stated = normalize_literal({m.stated}, m.type);
    REQUIRE(stated.has_value());
    CHECK(shown(stated) == shown(normalize_default(m.printed, m.type)));
  }
  CHECK_FALSE(normalize_literal({"null"}, "text").has_value());
}

// ---- memberships ------------------------------------------------------------------------------------------------

std::string membership(std::string_view expression) {
  const auto m = parse_membership(expression);
  if (!m) return "none";
  std::string out = m->column + ":";
  for (const auto& v : m->values) out += " <" + v + ">";
  return out;
}

TEST_CASE("memberships: every way in which the server prints them, and people write them") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"role = ANY (ARRAY['USER'::text, 'ADMIN'::text])", "role: <USER> <ADMIN>"},
      {"((role = ANY (ARRAY['USER'::text, 'ADMIN'::text])))", "role: <USER> <ADMIN>"},
      {"(role)::text = ANY ((ARRAY['USER'::character varying, 'ADMIN'::character varying])::text[])",
       "role: <USER> <ADMIN>"},
      {"(role)::text = ANY (ARRAY[('USER'::character varying)::text, ('ADMIN'::character varying)::text])",
       "role: <USER> <ADMIN>"},
      {"role = 'USER'::text", "role: <USER>"},
      {"role IN ('a', 'b')", "role: <a> <b>"},
      {"role in('a')", "role: <a>"},
      {"\"my \"\"col\" IN ('it''s')", "my \"col: <it's>"},
      {"\"order\" = ANY (ARRAY['a, b'::text, ')'::text])", "order: <a, b> <)>"},
      {"age = ANY (ARRAY[1, 2])", "age: <1> <2>"},
      {"age = ANY (ARRAY['-1'::integer, 2])", "age: <-1> <2>"},
      {"price = ANY (ARRAY[1.50, (2)::numeric])", "price: <1.5> <2>"},
      {"mood = ANY (ARRAY['sad'::public.mood])", "mood: <sad>"},
      {"status = E'a\\\\b'::text", "status: <a\\b>"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.first);
    CHECK(membership(c.first) == c.second);
  }
}

TEST_CASE("memberships: other checks are none") {
  for (const char* expression : {"age > 5",
                                 "age >= 5",
                                 "age <> 5",
                                 "a = b",
                                 "lower(role) = 'x'",
                                 "role = ANY (roles)",
                                 "role NOT IN ('a')",
                                 "role = 'a' OR role = 'b'",
                                 "role = ANY (ARRAY['a'::text, other])",
                                 "role IS NOT NULL",
                                 "true",
                                 "",
                                 "()",
                                 "'x' = role",
                                 "5 = 5",
                                 "role = ",
                                 "role IN ()",
                                 "(role = 'a'",
                                 "begin = lower('a')",
                                 "(t)::date = '2020-01-01'::date",
                                 "(v)::integer = 5",
                                 "(v)::character varying(1) = ANY (ARRAY['a'::text])",
                                 "((v)::character(1) = 'a'::bpchar)"}) {
    CAPTURE(std::string(expression));
    CHECK(membership(expression) == "none");
  }
}

TEST_CASE("memberships: the order of the values means nothing, the values themselves do") {
  CHECK(*parse_membership("a IN ('x', 'y')") == *parse_membership("a = ANY (ARRAY['y'::text, 'x'::text])"));
  CHECK_FALSE(*parse_membership("a IN ('x')") == *parse_membership("a IN ('x', 'y')"));
  CHECK_FALSE(*parse_membership("a IN ('x')") == *parse_membership("b IN ('x')"));
}

}  // namespace
}  // namespace plinth

TEST_CASE("numbers lose their exponents") {
  CHECK(without_exponent("1e-7") == "0.0000001");
  CHECK(without_exponent("-1.25E+3") == "-1250");
  CHECK(without_exponent("1.25e1") == "12.5");
  CHECK(without_exponent("12.5e-1") == "1.25");
  CHECK(without_exponent("12.5") == "12.5");
  CHECK(without_exponent("e5") == "e5");
  CHECK(without_exponent("1e") == "1e");
  CHECK(without_exponent("1e999999") == "1e999999");
}
