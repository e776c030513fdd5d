#include "planner/types/casts.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace plinth {
namespace {

struct Pair {
  std::string_view from, to;
};

// pg_cast of Postgres 12 to 18, without casts from and to strings, and without those of the catalog's own types.
constexpr auto casts = std::to_array<Pair>({
    {"bool", "int4"},
    {"int2", "int4 int8 float4 float8 numeric oid"},
    {"int4", "int2 int8 float4 float8 numeric oid bool money bit"},
    {"int8", "int2 int4 float4 float8 numeric oid money bit"},
    {"oid", "int4 int8"},
    {"float4", "int2 int4 int8 float8 numeric"},
    {"float8", "int2 int4 int8 float4 numeric"},
    {"numeric", "int2 int4 int8 float4 float8 money"},
    {"money", "numeric"},
    {"json", "jsonb"},
    {"jsonb", "json bool int2 int4 int8 float4 float8 numeric"},
    {"date", "timestamp timestamptz"},
    {"timestamp", "date time timestamptz"},
    {"timestamptz", "date time timestamp timetz"},
    {"time", "interval timetz"},
    {"timetz", "time"},
    {"interval", "time"},
    {"bit", "varbit int4 int8"},
    {"varbit", "bit"},
    {"inet", "cidr"},
    {"cidr", "inet"},
    {"macaddr", "macaddr8"},
    {"macaddr8", "macaddr"},
    {"point", "box"},
    {"lseg", "point"},
    {"box", "circle lseg point polygon"},
    {"path", "polygon"},
    {"polygon", "box circle path point"},
    {"circle", "box point polygon"},
    {"int4range", "int4multirange"},
});

struct Stone {
  std::string_view from, to, through;
};
constexpr auto stones = std::to_array<Stone>({
    {"bool", "int2 int8 float4 float8 numeric", "int4"},
    {"int2", "bool", "int4"},
    {"int8", "bool", "int4"},
    {"float4", "bool", "int4"},
    {"float8", "bool", "int4"},
    {"numeric", "bool", "int4"},
    {"int2", "money", "numeric"},
    {"float4", "money", "numeric"},
    {"float8", "money", "numeric"},
    {"money", "int2 int4 int8 float4 float8", "numeric"},
    {"oid", "int2 float4 float8 numeric", "int8"},
    {"float4", "oid", "int8"},
    {"float8", "oid", "int8"},
    {"numeric", "oid", "int8"},
    {"json", "bool int2 int4 int8 float4 float8 numeric", "jsonb"},
    {"timestamp", "timetz", "timestamptz"},
    {"int4range", "int8range numrange", "text"},
    {"int8range", "int4range numrange", "text"},
    {"numrange", "int4range int8range", "text"},
    {"daterange", "tsrange tstzrange", "text"},
    {"tsrange", "daterange tstzrange", "text"},
    {"tstzrange", "daterange tsrange", "text"},
});

constexpr auto keeping = std::to_array<Pair>({
    {"time", "interval"},
    {"jsonb", "json"},
    {"macaddr", "macaddr8"},
    {"point", "box"},
    {"box", "polygon"},
    {"polygon", "path"},
    {"int4range", "int8range numrange"},
    {"int8range", "numrange"},
});

constexpr auto ranges = std::to_array<WholeRange>({
    {"bool", "0", "1", 1},
    {"int2", "-32768", "32767", 5},
    {"int4", "-2147483648", "2147483647", 10},
    {"oid", "0", "4294967295", 10},
    {"int8", "-9223372036854775808", "9223372036854775807", 19},
});

struct Width {
  std::string_view type;
  int width;
};
// The longest texts: `-32768`, `4713-01-01 00:00:00.000001 BC`, `-1.7976931348623157e+308`, an IPv6 address with its
// mask, "char" as `\377` from Postgres 16 on.
constexpr auto widths = std::to_array<Width>({
    {"bool", 5},      {"int2", 6},    {"int4", 11}, {"int8", 20},    {"oid", 10},
    {"float4", 15},   {"float8", 24}, {"uuid", 36}, {"date", 13},    {"timestamp", 29},
    {"time", 15},     {"timetz", 24}, {"inet", 43}, {"cidr", 43},    {"macaddr", 17},
    {"macaddr8", 23}, {"pg_lsn", 17}, {"name", 63}, {"\"char\"", 4}, {"timestamptz", 38},
});

constexpr std::string_view others =
    " numeric money text varchar character citext bytea json jsonb xml interval bit varbit point line lseg box path "
    "polygon circle int4range int8range numrange daterange tsrange tstzrange int4multirange tsvector tsquery ";

// The tables have no blanks within a name.
std::string_view key(std::string_view type) {
  if (type == "character varying") return "varchar";
  return type == "bit varying" ? "varbit" : type;
}
bool lists(std::string_view list, std::string_view type) {
  for (std::size_t at = list.find(type); at != std::string_view::npos; at = list.find(type, at + 1)) {
    const std::size_t end = at + type.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}
template <class Rows>
auto row_of(const Rows& rows, std::string_view from, std::string_view to) {
  return std::find_if(rows.begin(), rows.end(),
                      [&](const auto& r) { return r.from == key(from) && lists(r.to, key(to)); });
}
const Width* width_row(std::string_view type) {
  const auto* found = std::find_if(widths.begin(), widths.end(), [&](const Width& w) { return w.type == type; });
  return found != widths.end() ? found : nullptr;
}

// A modifier that is no number, or none that any type takes, limits nothing.
int number_or(std::string_view digits, int otherwise) {
  constexpr int beyond = unlimited / 2;
  int out = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, out);
  return error == std::errc() && stopped == end && out > -beyond && out < beyond ? out : otherwise;
}

int numeric_width(const TypeName& t) {
  const Digits d = numeric_limits(t);
  constexpr int not_a_number = 3, sign_and_point = 2;
  const int whole = std::max(d.whole(), 1), fraction = std::max(d.scale, 0);
  return std::max(not_a_number, whole + fraction + (fraction > 0 ? sign_and_point : 1));
}

int label_width(const std::vector<std::string>& labels) {
  std::size_t widest = 0;  // in bytes, which are never fewer than characters
  for (const auto& l : labels) widest = std::max(widest, l.size());
  return static_cast<int>(widest);
}

}  // namespace

int limit(const TypeName& t, int absent) { return number_or(t.modifier, absent); }

Digits numeric_limits(const TypeName& t) {
  if (t.modifier.empty()) return {};
  const std::string_view digits = t.modifier;
  const std::size_t comma = std::min(digits.find(','), digits.size());
  return {number_or(digits.substr(0, comma), unlimited),
          number_or(digits.substr(std::min(comma + 1, digits.size())), 0)};
}

bool is_string(const ValueType& t) {
  return !t.name.array && lists("text varchar character citext name \"char\"", key(t.name.base));
}
bool is_numeric(const ValueType& t) {
  return !t.name.array && lists("int2 int4 int8 oid float4 float8 numeric bool money", t.name.base);
}
bool is_known(const ValueType& t) {
  return t.labels.has_value() || width_row(t.name.base) != nullptr || lists(others, key(t.name.base));
}

const WholeRange* whole_range(std::string_view type) {
  const auto* found = std::find_if(ranges.begin(), ranges.end(), [&](const WholeRange& r) { return r.type == type; });
  return found != ranges.end() ? found : nullptr;
}

std::optional<int> text_width(const ValueType& t) {
  const std::string& base = t.name.base;
  if (t.name.array) return {};
  if (t.labels) return label_width(*t.labels);
  if (const Width* w = width_row(base)) return w->width;
  if (base == "bit" || base == "character") return limit(t.name, 1);
  if (t.name.modifier.empty()) return {};
  if (base == "character varying" || base == "bit varying") return limit(t.name, unlimited);
  if (base == "numeric") return numeric_width(t.name);
  return {};
}

int text_room(const TypeName& t) {
  constexpr int longest_name = 63;
  if (t.base == "name") return longest_name;
  if (t.base == "character" || t.base == "\"char\"") return limit(t, 1);
  return limit(t, unlimited);
}

bool has_cast(std::string_view from, std::string_view to) { return row_of(casts, from, to) != casts.end(); }

std::string_view stepping_stone(std::string_view from, std::string_view to) {
  const auto* found = row_of(stones, from, to);
  return found != stones.end() ? found->through : std::string_view();
}

bool keeps_values(const TypeName& from, const TypeName& to) {
  constexpr int full_precision = 6;
  return row_of(keeping, from.base, to.base) != keeping.end() &&
         limit(from, full_precision) <= limit(to, full_precision);
}

}  // namespace plinth
