#include "planner/types/type_change.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "test/files.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

struct Change {
  const char *from, *to;
  TypeChange outcome;
};
constexpr TypeChange free_of = TypeChange::free, rewrite = TypeChange::rewrite, may_fail = TypeChange::may_fail,
                     not_castable = TypeChange::not_castable;

// A few of each kind. All pairs are put to a server by test/interop/type_change_server_test.cc.
constexpr Change changes[] = {
    {"int4", "int4", free_of},
    {"character varying(10)", "character varying(20)", free_of},
    {"character varying(20)", "character varying(10)", may_fail},
    {"character varying(10)", "text", free_of},
    {"text", "character varying", free_of},
    {"text", "citext", free_of},
    {"text", "name", may_fail},
    {"character(3)", "character(5)", rewrite},
    {"character varying(3)", "character(5)", may_fail},
    {"bit varying(3)", "bit varying(5)", free_of},
    {"bit(3)", "bit varying", free_of},
    {"bit(3)", "bit(5)", may_fail},
    {"numeric(5,2)", "numeric(8,2)", free_of},
    {"numeric(5,2)", "numeric(8,4)", rewrite},
    {"numeric(5,2)", "numeric(5,3)", may_fail},
    {"numeric(10,2)", "numeric(12,3)", rewrite},
    {"numeric(5,2)", "numeric", free_of},
    {"timestamp(3)", "timestamp", free_of},
    {"timestamp", "timestamp(6)", free_of},
    {"timestamp", "timestamp(3)", may_fail},
    {"timestamp", "timestamptz", may_fail},
    {"interval(3)", "interval(6)", free_of},
    {"int2", "int4", rewrite},
    {"int8", "int4", may_fail},
    {"int4", "numeric(3,0)", may_fail},
    {"int4", "numeric(12,2)", rewrite},
    {"int4", "float4", may_fail},
    {"int4", "oid", may_fail},
    {"bool", "int8", rewrite},
    {"int4", "bool", may_fail},
    {"int4", "character varying(11)", rewrite},
    {"int4", "character varying(10)", may_fail},
    {"uuid", "character varying(36)", rewrite},
    {"text", "int4", may_fail},
    {"date", "timestamp", may_fail},
    {"json", "jsonb", may_fail},
    {"jsonb", "json", rewrite},
    {"uuid", "jsonb", rewrite},
    {"jsonb", "uuid", may_fail},
    {"cidr", "inet", free_of},
    {"uuid", "int4", not_castable},
    {"int4", "uuid", not_castable},
    {"int4[]", "int8[]", rewrite},
    {"character varying(5)[]", "character varying(9)[]", rewrite},
    {"character varying(5)[]", "character varying[]", free_of},
    {"text[]", "character varying[]", rewrite},
    {"uuid[]", "int4[]", not_castable},
    {"int4", "int8[]", rewrite},
    {"text", "text[]", may_fail},
    {"int4[]", "int4", not_castable},
    {"text[]", "jsonb", rewrite},
    {"public.unknown", "text", may_fail},
    {"geometry(Point,4326)", "geometry", may_fail},
    {"interval day to second(3)", "interval", may_fail},
};

TEST_CASE("type change: what a change of type means for the values") {
  for (const auto& c : changes) {
    CAPTURE(std::string(c.from));
    CAPTURE(std::string(c.to));
    CHECK(type_change(c.from, c.to) == c.outcome);
  }
}

TEST_CASE("type change: the labels of an enum are texts") {
  const Schema s = test::schema({}, {{"mood", {"sad", "happy"}}, {"word", {"sad", "ends in a blank "}}});
  const ValueType mood = value_type(s, "public.mood"), word = value_type(s, "public.word");
  CHECK(type_change(mood, "text") == rewrite);
  CHECK(type_change(mood, "character varying(5)") == rewrite);
  CHECK(type_change(mood, "character varying(4)") == may_fail);
  CHECK(type_change(word, "character(40)") == may_fail);
  CHECK(type_change("text", mood) == may_fail);
  CHECK(type_change(mood, word) == may_fail);
  CHECK(type_change(value_type(s, "public.mood[]"), "text[]") == rewrite);
  CHECK(lossy_values("c", "text", mood)->text() == R"("c" NOT IN ('sad', 'happy'))");
  CHECK(lossy_values("c", word, mood)->text() == R"("c"::text NOT IN ('sad', 'happy'))");
  CHECK(lossy_values("c", "text[]", value_type(s, "public.mood[]"))->text() ==
        R"(EXISTS (SELECT FROM unnest("c") AS element("value") WHERE "value" NOT IN ('sad', 'happy')))");
  const Schema grown = test::schema({}, {{"mood", {"happy", "sad", "calm"}}});
  CHECK(conversion("c", mood, value_type(grown, "public.mood[]"))->text() ==
        R"(CASE WHEN "c" IS NOT NULL THEN ARRAY["c"::text::public.mood]::public.mood[] END)");
  CHECK_FALSE(lossy_values("c", value_type(s, "public.unknown"), "int4").has_value());
}

struct Unfit {
  const char *from, *to, *condition;  // no condition: nothing can be told from the value
};
constexpr Unfit lossy[] = {
    {"text", "character varying(10)", R"(char_length("c") > 10)"},
    {"character varying(20)", "character(10)", R"(char_length("c") > 10 OR "c"::text LIKE '% ')"},
    {"text", "name", R"(octet_length("c") > 63)"},
    {"uuid", "character varying(8)", R"(char_length("c"::text) > 8)"},
    {"text", "int4",
     R"(CASE WHEN "c" !~ E'^\\s*[+-]?\\d{1,30}\\s*$' THEN true )"
     R"(ELSE "c"::numeric NOT BETWEEN -2147483648 AND 2147483647 END)"},
    {"citext", "bool", R"("c"::text !~* E'^\\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\\s*$')"},
    {"int8", "int2", R"("c"::numeric NOT BETWEEN -32768 AND 32767)"},
    {"int4", "bool", R"("c"::numeric NOT IN (0, 1))"},
    {"numeric(10,4)", "numeric(6,2)",
     R"(CASE WHEN "c" = 'NaN' THEN false WHEN "c"::text LIKE '%Inf%' THEN true )"
     R"(ELSE abs("c") >= 1e4 OR "c" <> round("c", 2) END)"},
    {"timestamp", "timestamp(3)", R"("c"::timestamp(3)::timestamp::text <> "c"::text)"},
    {"date", "timestamp", R"("c" > '294276-12-31' AND "c" <> 'infinity')"},
    {"int8[]", "int4[]",
     R"(EXISTS (SELECT FROM unnest("c") AS element("value") WHERE )"
     R"("value"::numeric NOT BETWEEN -2147483648 AND 2147483647))"},
    {"uuid", "int4", R"("c" IS NOT NULL)"},
    {"text", "bytea", nullptr},
    {"text", "json", nullptr},
    {"timestamp", "timestamptz", nullptr},
    {"int4", "int8", nullptr},
};

TEST_CASE("type change: the condition that finds the values that do not fit") {
  for (const auto& u : lossy) {
    CAPTURE(std::string(u.from));
    CAPTURE(std::string(u.to));
    const auto found = lossy_values("c", u.from, u.to);
    CHECK((found ? found->text() : "none") == (u.condition != nullptr ? u.condition : "none"));
  }
}

TEST_CASE("type change: what turns a value into the other type") {
  const auto converted = [](const char* from, const char* to) {
    const auto found = conversion("c", from, to);
    return found ? found->text() : "cast";
  };
  CHECK(converted("int4", "numeric") == "cast");
  CHECK(converted("text", "uuid") == "cast");
  CHECK(converted("text[]", "int4[]") == "cast");
  CHECK(converted("character(36)", "uuid") == R"("c"::text::uuid)");
  CHECK(converted("bool", "int8") == R"("c"::int4::int8)");
  CHECK(converted("money", "int4") == R"("c"::numeric::int4)");
  CHECK(converted("uuid", "jsonb") == R"(to_jsonb("c"))");
  CHECK(converted("jsonb", "uuid") == R"(("c" #>> '{}')::uuid)");
  CHECK(converted("int4", "int8[]") == R"(CASE WHEN "c" IS NOT NULL THEN ARRAY["c"]::int8[] END)");
  CHECK(converted("int4", "uuid[]") == R"(CASE WHEN "c" IS NOT NULL THEN ARRAY["c"::text::uuid]::uuid[] END)");
  CHECK(converted("uuid", "int4") == R"("c"::text::int4)");
  CHECK(converted("uuid[]", "int4[]") == R"("c"::text[]::int4[])");
}

TEST_CASE("type change: types that one index compares, and columns that may reference a key") {
  CHECK(compare_alike("int4", "int8"));
  CHECK(compare_alike("text", "character varying(10)"));
  CHECK(compare_alike("numeric(5,2)", "numeric"));
  CHECK(compare_alike("timestamp", "timestamptz(3)"));
  CHECK_FALSE(compare_alike("int4", "text"));
  CHECK_FALSE(compare_alike("uuid", "text"));
  CHECK_FALSE(compare_alike("int4[]", "int8[]"));
  CHECK_FALSE(compare_alike("int4", "int4[]"));
  CHECK(can_reference("int4", "int8"));
  CHECK(can_reference("int4", "numeric"));
  CHECK_FALSE(can_reference("numeric", "int4"));
  CHECK(can_reference("character(5)", "character varying(5)"));
  CHECK_FALSE(can_reference("int4", "uuid"));
  CHECK(can_reference("public.some_domain", "uuid"));
}

// ---- the classification of the Prisma schema engine ----------------------------------------------------------------

struct Deliberate {
  std::string_view from, to, theirs;
  TypeChange ours;
  std::string_view why;
};
#include "test/planner/types/type_change_matrix.inc"

std::string our_type(std::string name) {
  static const std::map<std::string, std::string> others = {
      {"DoublePrecision", "float8"}, {"Real", "float4"}, {"SmallInt", "int2"}, {"BigInt", "int8"}};
  const auto found = others.find(name);
  if (found != others.end()) return found->second;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return normalize_type(name);
}

bool agree(const std::string& theirs, TypeChange ours) {
  if (theirs == "none") return ours == TypeChange::free;
  if (theirs == "safe") return ours == TypeChange::free || ours == TypeChange::rewrite;
  return ours == (theirs == "risky" ? TypeChange::may_fail : TypeChange::not_castable);
}

bool among(std::string_view list, const std::string& name) {
  return list == "*" || (" " + std::string(list) + " ").find(" " + name + " ") != std::string::npos;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '\t');) {
    cell.erase(std::remove(cell.begin(), cell.end(), ' '), cell.end());
    out.push_back(cell);
  }
  return out;
}

TEST_CASE("type change: against the matrix of the Prisma schema engine, 44 types by 44") {
  const auto directory = test::vectors(PLINTH_SOURCE_DIR, "prisma-diff-cases");
  if (!directory) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  std::istringstream in(test::read_file(*directory / "type-matrix.tsv"));
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> to = cells(line);
  std::size_t pairs = 0;
  while (std::getline(in, line)) {
    const std::vector<std::string> row = cells(line);
    for (std::size_t i = 1; i < row.size(); ++i, ++pairs) {
      const TypeChange ours = type_change(our_type(row[0]), our_type(to[i]));
      if (agree(row[i], ours)) continue;
      const bool meant = std::any_of(std::begin(deliberate), std::end(deliberate), [&](const Deliberate& d) {
        return d.theirs == row[i] && d.ours == ours && among(d.from, row[0]) && among(d.to, to[i]);
      });
      CHECK_MESSAGE(meant, row[0] << " -> " << to[i] << ": " << row[i] << ", ours " << static_cast<int>(ours));
    }
  }
  CHECK(pairs == 44 * 44);
}

}  // namespace
}  // namespace plinth
