#include "planner/lattice.h"

#include <doctest/doctest.h>

namespace plinth {
namespace {

struct Change {
  const char *from, *to;
  TypeChange outcome;
};
constexpr TypeChange free_of = TypeChange::free, rewrite = TypeChange::rewrite, may_fail = TypeChange::may_fail;

constexpr Change changes[] = {
    {"int4", "int4", free_of},
    {"character varying(10)", "character varying(20)", free_of},
    {"character varying(20)", "character varying(10)", may_fail},
    {"character varying(10)", "character varying", free_of},
    {"character varying(10)", "text", free_of},
    {"character varying", "text", free_of},
    {"text", "character varying", free_of},
    {"text", "character varying(10)", may_fail},
    {"character(3)", "character(5)", rewrite},
    {"character(5)", "character(3)", may_fail},
    {"character(3)", "text", rewrite},
    {"bit varying(3)", "bit varying(5)", free_of},
    {"bit(3)", "bit(5)", may_fail},
    {"numeric(5,2)", "numeric(8,2)", free_of},
    {"numeric(5,2)", "numeric(8,4)", rewrite},
    {"numeric(5,2)", "numeric(5,3)", may_fail},
    {"numeric(5,2)", "numeric", free_of},
    {"numeric", "numeric(5,2)", may_fail},
    {"timestamp(3)", "timestamp", free_of},
    {"timestamp", "timestamp(3)", may_fail},
    {"timestamptz(2)", "timestamptz(4)", free_of},
    {"int2", "int4", rewrite},
    {"int4", "int8", rewrite},
    {"int8", "int4", may_fail},
    {"int4", "numeric", rewrite},
    {"int4", "numeric(3,0)", may_fail},
    {"float4", "float8", rewrite},
    {"float8", "float4", may_fail},
    {"int4", "float4", may_fail},
    {"int4", "text", rewrite},
    {"text", "int4", may_fail},
    {"date", "timestamp", rewrite},
    {"timestamp", "date", may_fail},
    {"json", "jsonb", rewrite},
    {"jsonb", "json", may_fail},
    {"uuid", "text", rewrite},
    {"text", "uuid", may_fail},
    {"int4[]", "int8[]", rewrite},
    {"character varying(5)[]", "character varying(9)[]", rewrite},
    {"text[]", "text", may_fail},
    {"public.mood", "text", may_fail},
};

TEST_CASE("lattice: what a change of type means for the values") {
  for (const auto& c : changes) {
    CAPTURE(std::string(c.from));
    CAPTURE(std::string(c.to));
    CHECK(type_change(c.from, c.to) == c.outcome);
  }
}

struct Unfit {
  const char *from, *to, *condition;  // no condition: nothing can be told from the value
};
constexpr Unfit unfit[] = {
    {"text", "character varying(10)", R"(char_length("c") > 10)"},
    {"character varying(20)", "character(10)", R"(char_length("c") > 10)"},
    {"text", "int4", R"("c" !~ E'^\\s*[+-]?\\d{1,10}\\s*$')"},
    {"citext", "bool",
     R"("c" !~ E'^\\s*([tT](rue|RUE)?|[fF](alse|ALSE)?|[yY](es|ES)?|[nN][oO]?|[oO]n|[oO]ff|[01])\\s*$')"},
    {"int8", "int2", R"("c"::numeric NOT BETWEEN -32768 AND 32767)"},
    {"numeric", "int4", R"("c" = 'NaN' OR "c" <> trunc("c") OR "c"::numeric NOT BETWEEN -2147483648 AND 2147483647)"},
    {"numeric(10,4)", "numeric(6,2)", R"(abs("c"::numeric) >= 10 ^ 4 OR "c"::numeric <> round("c"::numeric, 2))"},
    {"int8", "float4", R"("c"::float4::numeric <> "c"::numeric)"},
    {"text", "bytea", nullptr},
    {"text[]", "int4[]", nullptr},
    {"bytea", "int4", nullptr},
};

TEST_CASE("lattice: the condition that finds the values that do not fit") {
  for (const auto& u : unfit) {
    CAPTURE(std::string(u.from));
    CAPTURE(std::string(u.to));
    const auto found = unfit_values("c", u.from, u.to);
    CHECK((found ? found->text() : "none") == (u.condition != nullptr ? u.condition : "none"));
  }
}

TEST_CASE("lattice: types that one index compares") {
  CHECK(compare_alike("int4", "int8"));
  CHECK(compare_alike("text", "character varying(10)"));
  CHECK(compare_alike("numeric(5,2)", "numeric"));
  CHECK(compare_alike("timestamp", "timestamptz(3)"));
  CHECK_FALSE(compare_alike("int4", "text"));
  CHECK_FALSE(compare_alike("uuid", "text"));
  CHECK_FALSE(compare_alike("int4[]", "int8[]"));
  CHECK_FALSE(compare_alike("int4", "int4[]"));
}

}  // namespace
}  // namespace plinth
