#include "planner/types/text_forms.h"

#include <array>

#include "engine/sql/ddl.h"
#include "planner/types/casts.h"

namespace plinth {
namespace {

constexpr std::string_view whole = R"(^\s*[+-]?\d{1,30}\s*$)";
constexpr std::string_view decimal = R"(^\s*[+-]?(\d{1,100}\.?\d{0,100}|\.\d{1,100})\s*$)";
constexpr std::string_view scientific = R"(^\s*[+-]?(\d{1,100}\.?\d{0,100}|\.\d{1,100})([eE][+-]?\d{1,3})?\s*$)";
constexpr std::string_view truth = R"(^\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\s*$)";
constexpr std::string_view not_a_number = R"(^\s*nan\s*$)";

struct Form {
  std::string_view type, pattern;
};
// Letters of either case.
constexpr auto forms = std::to_array<Form>({
    {"bool", truth},
    {"uuid", R"(^([0-9a-f]{4}-?){7}[0-9a-f]{4}$|^\{([0-9a-f]{4}-?){7}[0-9a-f]{4}\}$)"},
    {"macaddr", R"(^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$)"},
    {"macaddr8", R"(^([0-9a-f]{2}[:-]){7}[0-9a-f]{2}$)"},
});

// Dates and times in the ISO form, of the width that the server prints.
constexpr std::string_view day = R"((?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))";
constexpr std::string_view clock = R"(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)";
constexpr std::string_view zone = R"((Z|[+-](0\d|1[0-4])(:?[0-5]\d)?))";

std::string clock_form(const TypeName& t) {
  constexpr int full_precision = 6;
  const int digits = limit(t, full_precision);
  std::string out(clock);
  if (digits > 0) out.append(R"((\.\d{1,)").append(std::to_string(digits)).append("})?");
  return out.append(")?");
}

std::string time_form(const TypeName& t) {
  const std::string clock_part = clock_form(t);
  std::string out("^");
  if (t.base == "time") return out.append(clock_part).append("$");
  if (t.base == "timetz") return out.append(clock_part).append(zone).append("$");
  out.append(day);
  if (t.base == "date") return out.append("$");
  out.append("([ T]").append(clock_part);
  if (t.base == "timestamptz") out.append(zone);
  return out.append(t.base == "timestamptz" ? ")$" : ")?$");
}

Sql lossy_time(const Sql& text, const TypeName& to) {
  Sql form("{} !~ {}", text, Literal{time_form(to)});
  if (to.base == "time" || to.base == "timetz") return form;
  const Sql last("extract(day FROM (substring({}, 1, 7) || '-01')::date + interval '1 month' - interval '1 day')",
                 text);
  return {"CASE WHEN {} THEN true ELSE substring({}, 9, 2)::int4 > {} END", form, text, last};
}

Sql lossy_number_text(const Sql& text, const TypeName& to) {
  const bool floats = to.base == "float4" || to.base == "float8";
  const bool is_whole = whole_range(to.base) != nullptr;
  const std::string_view form = is_whole ? whole : floats ? scientific : decimal;
  const Sql finite = lossy_finite(Sql("{}::numeric", text), to, is_whole);
  if (is_whole || to.base == "money") {
    return {"CASE WHEN {} !~ {} THEN true ELSE {} END", text, Literal{form}, finite};
  }
  return {"CASE WHEN {} ~* {} THEN false WHEN {} !~ {} THEN true ELSE {} END",
          text,
          Literal{not_a_number},
          text,
          Literal{form},
          finite};
}

}  // namespace

std::optional<Sql> lossy_text(const Sql& text, const ValueType& to) {
  const TypeName& t = to.name;
  for (const auto& f : forms) {
    if (t.base == f.type) return Sql("{} !~* {}", text, Literal{f.pattern});
  }
  if (is_numeric(to)) return lossy_number_text(text, t);
  for (const std::string_view type : {"date", "timestamp", "timestamptz", "time", "timetz"}) {
    if (t.base == type) return lossy_time(text, t);
  }
  if (t.base == "bit") return Sql("{} !~ '^[01]*$' OR char_length({}) <> {}", text, text, limit(t, 1));
  if (t.base != "bit varying") return {};
  const Sql digits("{} !~ '^[01]*$'", text);
  return t.modifier.empty() ? digits : Sql("{} OR char_length({}) > {}", digits, text, limit(t, 1));
}

}  // namespace plinth
