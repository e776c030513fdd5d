#include "engine/sql/type_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Long or alternative spelling → ours. The words before and after a modifier are joined before looking here.
constexpr auto spellings = std::to_array<Pair>({
    {"integer", "int4"},
    {"int", "int4"},
    {"smallint", "int2"},
    {"bigint", "int8"},
    {"real", "float4"},
    {"double precision", "float8"},
    {"float", "float8"},
    {"boolean", "bool"},
    {"varchar", "character varying"},
    {"char", "character"},
    {"varbit", "bit varying"},
    {"decimal", "numeric"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"time with time zone", "timetz"},
    {"time without time zone", "time"},
});

// Ours → how format_type prints it: the text before the modifier, and the text after it.
struct Printed {
  std::string_view type, before, after;
};
constexpr auto printed = std::to_array<Printed>({
    {"int2", "smallint", ""},
    {"int4", "integer", ""},
    {"int8", "bigint", ""},
    {"float4", "real", ""},
    {"float8", "double precision", ""},
    {"bool", "boolean", ""},
    {"timestamptz", "timestamp", " with time zone"},
    {"timestamp", "timestamp", " without time zone"},
    {"timetz", "time", " with time zone"},
    {"time", "time", " without time zone"},
});

// What stands between the parentheses of a type that means a limit when it names none: `char` is char(1). A bare bpchar
// has no limit.
void complete_modifier(TypeName& t) {
  if (t.base == "bpchar" && !t.modifier.empty()) t.base = "character";
  if ((t.base == "character" || t.base == "bit") && t.modifier.empty()) t.modifier = "1";
  if (t.base == "numeric" && !t.modifier.empty() && t.modifier.find(',') == std::string::npos) t.modifier += ",0";
}

struct Limits {
  std::string_view type;
  std::int64_t low, high;
};
constexpr auto limits = std::to_array<Limits>({
    {"character varying", 1, 10485760},
    {"character", 1, 10485760},
    {"bit", 1, 83886080},
    {"bit varying", 1, 83886080},
    {"numeric", 1, 1000},
    {"time", 0, 6},
    {"timetz", 0, 6},
    {"timestamp", 0, 6},
    {"timestamptz", 0, 6},
    {"interval", 0, 6},
});
constexpr Limits scales = {"numeric", -1000, 1000};

bool lies_within(std::string_view number, const Limits& range) {
  std::int64_t value = 0;
  const char* const end = number.data() + number.size();
  const auto [stopped, error] = std::from_chars(number.data(), end, value);
  return error == std::errc() && stopped == end && value >= range.low && value <= range.high;
}

std::string without_spaces(std::string_view s) {
  std::string out;
  std::copy_if(s.begin(), s.end(), std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

bool among(std::string_view type, std::initializer_list<std::string_view> list) {
  const TypeName t = parse_type(type);
  return !t.array && std::find(list.begin(), list.end(), t.base) != list.end();
}

// Reads one identifier of a qualified name, as Postgres prints it; false when there is none.
bool read_identifier(std::string_view& s, std::string& out) {
  out.clear();
  if (s.empty()) return false;
  if (s.front() != '"') {
    const std::size_t end = std::min(s.find_first_of(".( ["), s.size());
    out = s.substr(0, end);
    s.remove_prefix(end);
    return !out.empty();
  }
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] == '"') {
      if (i + 1 < s.size() && s[i + 1] == '"') {
        ++i;
      } else {
        s.remove_prefix(i + 1);
        return true;
      }
    }
    out += s[i];
  }
  return false;
}

}  // namespace

std::string TypeName::text() const {
  return base + (modifier.empty() ? "" : "(" + modifier + ")") + (array ? "[]" : "");
}

TypeName parse_type(std::string_view text) {
  TypeName out;
  text = trim(text);
  while (text.size() >= 2 && text.substr(text.size() - 2) == "[]") {
    out.array = true;
    text = trim(text.substr(0, text.size() - 2));
  }
  const std::size_t quote_end = text.rfind('"');
  const std::size_t open = text.find('(', quote_end == std::string_view::npos ? 0 : quote_end);
  if (open == std::string_view::npos) {
    out.base = text;
    return out;
  }
  const std::size_t close = std::min(text.find(')', open), text.size());
  out.modifier = without_spaces(text.substr(open + 1, close - open - 1));
  out.base = trim(text.substr(0, open));
  const std::string_view rest = close < text.size() ? trim(text.substr(close + 1)) : std::string_view();
  if (!rest.empty()) out.base.append(" ").append(rest);
  return out;
}

std::string normalize_type(std::string_view spelling) {
  TypeName t = parse_type(spelling);
  constexpr std::string_view catalog = "pg_catalog.";
  if (t.base.starts_with(catalog)) t.base.erase(0, catalog.size());
  if (t.base.find('"') == std::string::npos && t.base.find('.') == std::string::npos) {
    std::string lower = t.base;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    for (const auto& [from, to] : spellings) {
      if (lower == from) t.base = to;
    }
  }
  complete_modifier(t);
  return t.text();
}

std::string format_type_text(std::string_view type) {
  const TypeName t = parse_type(type);
  const std::string modifier = t.modifier.empty() ? "" : "(" + t.modifier + ")";
  for (const auto& p : printed) {
    if (t.base == p.type) {
      return std::string(p.before) + modifier + std::string(p.after) + (t.array ? "[]" : "");
    }
  }
  return t.text();
}

std::string_view serial_type(std::string_view type) {
  if (type == "int2") return "SMALLSERIAL";
  if (type == "int4") return "SERIAL";
  if (type == "int8") return "BIGSERIAL";
  return {};
}

std::int64_t greatest_integer(std::string_view type) {
  if (type == "int2") return std::numeric_limits<std::int16_t>::max();
  if (type == "int4") return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<std::int64_t>::max();
}

std::optional<std::string> modifier_problem(std::string_view type) {
  const TypeName t = parse_type(type);
  const std::string_view base = t.base.starts_with("interval ") ? std::string_view("interval") : t.base;
  const auto* range = std::find_if(limits.begin(), limits.end(), [&](const Limits& l) { return l.type == base; });
  if (range == limits.end() || t.modifier.empty()) return {};
  const bool scaled = base == scales.type && t.modifier.find(',') != std::string::npos;
  const std::size_t comma = scaled ? t.modifier.find(',') : t.modifier.size();
  const std::string_view first = std::string_view(t.modifier).substr(0, comma);
  const auto problem = [&](std::string_view what, std::string_view found, const Limits& allowed) {
    return t.base + " takes a " + std::string(what) + " from " + std::to_string(allowed.low) + " to " +
           std::to_string(allowed.high) + ", not " + std::string(found);
  };
  if (!lies_within(first, *range)) return problem("number", first, *range);
  if (!scaled) return {};
  const std::string_view scale = std::string_view(t.modifier).substr(comma + 1);
  if (!lies_within(scale, scales)) return problem("scale", scale, scales);
  return {};
}

bool is_number_type(std::string_view type) {
  return among(type, {"int2", "int4", "int8", "float4", "float8", "numeric", "oid"});
}
bool is_text_type(std::string_view type) { return among(type, {"text", "character varying", "character", "bpchar"}); }
bool is_builtin_type(std::string_view base) {
  static constexpr auto types = std::to_array<std::string_view>({"\"char\"",
                                                                 "aclitem",
                                                                 "bit",
                                                                 "bit varying",
                                                                 "bool",
                                                                 "box",
                                                                 "bpchar",
                                                                 "bytea",
                                                                 "character",
                                                                 "character varying",
                                                                 "cid",
                                                                 "cidr",
                                                                 "circle",
                                                                 "date",
                                                                 "datemultirange",
                                                                 "daterange",
                                                                 "float4",
                                                                 "float8",
                                                                 "gtsvector",
                                                                 "inet",
                                                                 "int2",
                                                                 "int2vector",
                                                                 "int4",
                                                                 "int4multirange",
                                                                 "int4range",
                                                                 "int8",
                                                                 "int8multirange",
                                                                 "int8range",
                                                                 "interval",
                                                                 "json",
                                                                 "jsonb",
                                                                 "jsonpath",
                                                                 "line",
                                                                 "lseg",
                                                                 "macaddr",
                                                                 "macaddr8",
                                                                 "money",
                                                                 "name",
                                                                 "numeric",
                                                                 "nummultirange",
                                                                 "numrange",
                                                                 "oid",
                                                                 "oidvector",
                                                                 "path",
                                                                 "pg_lsn",
                                                                 "pg_snapshot",
                                                                 "point",
                                                                 "polygon",
                                                                 "refcursor",
                                                                 "regclass",
                                                                 "regcollation",
                                                                 "regconfig",
                                                                 "regdictionary",
                                                                 "regnamespace",
                                                                 "regoper",
                                                                 "regoperator",
                                                                 "regproc",
                                                                 "regprocedure",
                                                                 "regrole",
                                                                 "regtype",
                                                                 "text",
                                                                 "tid",
                                                                 "time",
                                                                 "timestamp",
                                                                 "timestamptz",
                                                                 "timetz",
                                                                 "tsmultirange",
                                                                 "tsquery",
                                                                 "tsrange",
                                                                 "tstzmultirange",
                                                                 "tstzrange",
                                                                 "tsvector",
                                                                 "txid_snapshot",
                                                                 "uuid",
                                                                 "xid",
                                                                 "xid8",
                                                                 "xml"});
  return std::binary_search(types.begin(), types.end(), base) || base.starts_with("interval ");
}
bool is_json_type(std::string_view type) { return among(type, {"json", "jsonb"}); }

std::optional<QualifiedType> user_type(std::string_view type) {
  QualifiedType out;
  if (!read_identifier(type, out.schema) || type.empty() || type.front() != '.') return {};
  type.remove_prefix(1);
  if (!read_identifier(type, out.name)) return {};
  return out;
}

}  // namespace plinth
