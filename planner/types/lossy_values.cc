// Which values of a column do not survive a change of its type, as a condition on the value. Nothing here may raise an
// error for any value, and nothing may need a server newer than 12.
#include <array>

#include "engine/sql/ddl.h"
#include "planner/types/casts.h"
#include "planner/types/text_forms.h"

namespace plinth {
namespace {

using Condition = std::optional<Sql>;

// The text that becomes the new value.
Sql text_of(const Sql& value, const ValueType& type) {
  if (type.name.base == "jsonb") return {"({} #>> '{}')", value, Sql("{}")};
  return type.name.base == "text" ? value : Sql("{}::text", value);
}

// A number that is neither infinite nor NaN, as numeric.
Sql beyond(const Sql& number, const WholeRange& range, bool whole) {
  const Sql outside("{} NOT BETWEEN {} AND {}", number, Sql::trusted(std::string(range.low)),
                    Sql::trusted(std::string(range.high)));
  return whole ? outside : Sql("{} <> trunc({}) OR {}", number, number, outside);
}
Sql beyond(const Sql& number, const Digits& digits) {
  const Sql room("abs({}) >= 1e{}", number, digits.whole());
  return digits.scale < 0 ? room : Sql("{} OR {} <> round({}, {})", room, number, number, digits.scale);
}
Sql beyond_single(const Sql& number) {
  return {"abs({}) > 3.4e38 OR ({} <> 0 AND abs({}) < 1.2e-38)", number, number, number};
}
Sql beyond_double(const Sql& number) {
  return {"abs({}) > 1.7e308 OR ({} <> 0 AND abs({}) < 2.3e-308)", number, number, number};
}
// The digits that a floating number prints are those that it keeps.
Sql rounded(const Sql& number, const TypeName& to) {
  const Sql range = to.base == "float4" ? beyond_single(number) : beyond_double(number);
  const Sql type = type_sql(to.base);
  return {"CASE WHEN {} THEN true ELSE {}::{}::text::numeric <> {} AND {}::{}::float8::numeric <> {} END",
          range,
          number,
          type,
          number,
          number,
          type,
          number};
}

bool takes_nan(const TypeName& t) { return t.base == "numeric" || t.base == "float4" || t.base == "float8"; }

Condition lossy_number(const Sql& c, const TypeName& from, const TypeName& to) {
  const bool single = from.base == "float4", floats = single || from.base == "float8";
  const Sql number = from.base == "numeric" ? c
                     : from.base == "oid"   ? Sql("{}::int8::numeric", c)
                     : from.base == "bool"  ? Sql("{}::int4::numeric", c)
                                            : Sql("{}::numeric", c);
  if (floats && to.base == "float4") {
    return Sql(
        "CASE WHEN {} IN ('NaN', 'Infinity', '-Infinity') THEN false ELSE {} OR {}::text <> "
        "(CASE WHEN {} THEN 0 ELSE {} END)::float4::text END",
        c, beyond_single(number), c, beyond_single(number), c);
  }
  const Sql finite = lossy_finite(number, to, whole_range(from.base) != nullptr);
  if (from.base != "numeric" && !floats) return finite;
  const Sql nan = takes_nan(to) ? Sql("false") : Sql("true");
  if (!floats) {
    return Sql("CASE WHEN {} = 'NaN' THEN {} WHEN {}::text LIKE '%Inf%' THEN true ELSE {} END", c, nan, c, finite);
  }
  const bool by_way_of_numeric = to.base == "numeric" || to.base == "money";
  const Sql exact = by_way_of_numeric ? Sql("{} OR {}::text::numeric <> {}", finite, c, number) : finite;
  return Sql("CASE WHEN {} = 'NaN' THEN {} WHEN {} IN ('Infinity', '-Infinity') THEN true ELSE {} END", c, nan, c,
             exact);
}

// What jsonb refuses (\u0000, surrogates without their other half, numbers beyond numeric), or drops: all but the last
// of the members of one name.
Sql lossy_jsonb(const Sql& c) {
  const Literal empty_object{"{}"}, empty_array{"[]"};
  const Sql members("json_each(CASE WHEN json_typeof(j) = 'object' THEN j ELSE {} END)", empty_object);
  const Sql elements("json_array_elements(CASE WHEN json_typeof(j) = 'array' THEN j ELSE {} END)", empty_array);
  const Sql refused(
      R"({}::text ~* '(?<!\\)(\\\\)*\\u(0000|d[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2}\\u)d[c-f][0-9a-f]{2})|[0-9]e([+]?0*[1-9][0-9]{5,}|-0*[1-9][0-9]{4,})')",
      c);
  const Sql repeated(
      "EXISTS (WITH RECURSIVE part(j) AS (SELECT {} UNION ALL SELECT m.value FROM part, LATERAL (SELECT value FROM {} "
      "UNION ALL SELECT value FROM {}) AS m) SELECT FROM part, LATERAL (SELECT FROM {} GROUP BY key HAVING count(*) > "
      "1) AS d)",
      c, members, elements, members);
  return Sql("CASE WHEN {} THEN true ELSE {} END", refused, repeated);
}

Condition lossy_document(const Sql& c, const TypeName& from, const ValueType& to) {
  if (from.base == "json" && to.name.base == "jsonb") return lossy_jsonb(c);
  const Sql kind("{}_typeof({})", type_sql(from.base), c);
  if (to.name.base == "bool") return Sql("{} <> 'boolean'", kind);
  if (!is_numeric(to) || !casts_directly(ValueType("jsonb"), to)) return {};
  return Sql(R"(CASE WHEN {} <> 'number' OR {}::text ~* 'e[+-]?[0-9]{4}' THEN true ELSE {} END)", kind, c,
             lossy_finite(Sql("{}::text::numeric", c), to.name));
}

Condition lossy_string(const Sql& c, const ValueType& from, const TypeName& to) {
  const bool counted = !from.name.array && is_string(from) && from.name.base != "name" && from.name.base != "\"char\"";
  const Sql text = counted ? c : Sql("{}::text", c);
  if (to.base == "\"char\"") return Sql("octet_length({}) > 1 OR {}::text ~ '[^[:ascii:]]'", text, text);
  if (to.base == "name") return Sql("octet_length({}) > 63", text);
  const int room = text_room(to);
  if (room == unlimited) return {};
  if (to.base != "character") return Sql("char_length({}) > {}", text, room);
  return Sql("char_length({}) > {} OR {}::text LIKE '% '", text, room, c);
}

// Casts that never refuse a value, and whose way back tells whether something is lost.
bool is_told_by_way_back(const TypeName& a, const TypeName& b) {
  if (a.base == b.base) return a.base != "numeric" && a.base != "bit";
  constexpr auto pairs = std::to_array<std::array<std::string_view, 2>>({
      {"timestamp", "date"},
      {"interval", "time"},
      {"time", "interval"},
      {"bit varying", "bit"},
      {"inet", "cidr"},

      {"box", "circle"},
      {"bit", "bit varying"},
  });
  return std::any_of(pairs.begin(), pairs.end(), [&](const auto& p) { return p[0] == a.base && p[1] == b.base; });
}

Condition lossy_scalar(const Sql& c, const ValueType& from, const ValueType& to) {
  const TypeName &a = from.name, &b = to.name;
  const bool document = a.base == "json" || a.base == "jsonb";
  if (to.labels) {
    if (a.base == "json") return {};
    const Sql other("{} NOT IN ({})", text_of(c, from), literal_list(*to.labels));
    return document ? Sql("coalesce({}, {} IS NOT NULL)", other, c) : other;
  }
  if (is_string(to)) return lossy_string(c, from, b);
  if (is_numeric(from) && is_numeric(to)) return lossy_number(c, a, b);
  if (document) return lossy_document(c, a, to);
  if (a.base == "\"char\"" && b.base == "int4") return {};  // the code of the character
  if (is_string(from) || from.labels) return lossy_text(text_of(c, from), to);
  if (a.base == "date" && b.base == "timestamp") return Sql("{} > '294276-12-31' AND {} <> 'infinity'", c, c);
  if (a.base == "macaddr8" && b.base == "macaddr") return Sql("substring({}::text, 10, 5) <> 'ff:fe'", c);
  if (a.base == "path" && b.base == "polygon") return Sql("isopen({})", c);
  if (a.base == "time" && b.base == "interval") return Sql("{}::{} <> {}::interval", c, type_sql(b.text()), c);
  if (a.base == "int4" && b.base == "bit") {
    constexpr int word = 32;
    if (limit(b, 1) <= word) return Sql("{}::{}::int4 <> {}", c, type_sql(b.text()), c);
  }
  if (!is_told_by_way_back(a, b)) return {};
  return Sql("{}::{}::{}::text <> {}::text", c, type_sql(b.text()), type_sql(a.text()), c);
}

}  // namespace

// Money has at least two digits for
// fractions in most places, and its range is that of int8 in units of the last one.
Sql lossy_finite(const Sql& number, const TypeName& to, bool whole) {
  if (to.base == "bool") return {"{} NOT IN (0, 1)", number};
  if (const WholeRange* range = whole_range(to.base)) return beyond(number, *range, whole);
  if (to.base == "float4" || to.base == "float8") return rounded(number, to);
  if (to.base == "money") return {"abs({}) > 92233720368547758.07 OR {} <> round({}, 2)", number, number, number};
  if (!to.modifier.empty()) return beyond(number, numeric_limits(to));
  return "false";
}

std::optional<Sql> lossy_values(const std::string& column, const ValueType& from, const ValueType& to) {
  const Sql c("{}", Ident{column});
  const TypeChange change = type_change(from, to);
  if (change == TypeChange::not_castable) return Sql("{} IS NOT NULL", c);
  if (change != TypeChange::may_fail || !is_known(from) || !is_known(to)) return {};
  if (from.name.array && to.name.array) {
    const Condition lossy = lossy_scalar("\"value\"", from.element(), to.element());
    return lossy ? std::optional(Sql("EXISTS (SELECT FROM unnest({}) AS element(\"value\") WHERE {})", c, *lossy))
                 : std::nullopt;
  }
  if (to.name.array) {
    return is_string(from) || from.name.base == "json" || from.name.base == "jsonb"
               ? std::nullopt
               : lossy_scalar(c, from, to.element());
  }
  if (from.name.array) return is_string(to) ? lossy_string(c, from, to.name) : std::nullopt;
  return lossy_scalar(c, from, to);
}

}  // namespace plinth
