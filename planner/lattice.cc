#include "planner/lattice.h"

#include <algorithm>
#include <array>

#include "engine/type_name.h"

namespace plinth {
namespace {

constexpr int unlimited = 1 << 30;

// The limit that a modifier sets: the length of a varchar, the precision of a timestamp.
int limit(const TypeName& t, int absent) { return t.modifier.empty() ? absent : std::stoi(t.modifier); }

struct Numeric {
  int precision = unlimited, scale = unlimited;
};
Numeric numeric_limits(const TypeName& t) {
  if (t.modifier.empty()) return {};
  const std::size_t comma = t.modifier.find(',');
  return {std::stoi(t.modifier.substr(0, comma)),
          comma == std::string::npos ? 0 : std::stoi(t.modifier.substr(comma + 1))};
}

struct Step {
  std::string_view from, to;
};
// Between bare types: every value fits, the rows are written anew.
constexpr auto rewrites = std::to_array<Step>({
    {"int2", "int4"},      {"int2", "int8"},    {"int4", "int8"},   {"float4", "float8"}, {"int2", "numeric"},
    {"int4", "numeric"},   {"int8", "numeric"}, {"int2", "float4"}, {"int2", "float8"},   {"int4", "float8"},
    {"date", "timestamp"}, {"time", "timetz"},  {"json", "jsonb"},  {"inet", "text"},     {"cidr", "inet"},
    {"uuid", "text"},      {"int2", "text"},    {"int4", "text"},   {"int8", "text"},     {"numeric", "text"},
    {"bool", "text"},      {"date", "text"},    {"json", "text"},   {"jsonb", "text"},    {"time", "interval"},
});

// Types that cast to one another.
struct Family {
  std::array<std::string_view, 6> types;
  bool holds(std::string_view type) const { return std::find(types.begin(), types.end(), type) != types.end(); }
};
constexpr auto cast_families = std::to_array<Family>({
    {{"int2", "int4", "int8", "float4", "float8", "numeric"}},
    {{"int4", "bool"}},
    {{"int4", "oid", "int8", "int2"}},
    {{"int4", "int8", "bit"}},
    {{"bit", "bit varying"}},
    {{"date", "timestamp", "timestamptz"}},
    {{"time", "timetz", "interval"}},
    {{"timestamp", "timestamptz", "time"}},
    {{"timestamptz", "timetz"}},
    {{"json", "jsonb"}},
    {{"inet", "cidr"}},
});

bool is_character(std::string_view base) { return base == "character varying" || base == "text"; }

TypeChange between_same_base(const TypeName& a, const TypeName& b) {
  if (a.modifier == b.modifier) return TypeChange::free;
  if (a.base == "character varying" || a.base == "bit varying") {
    return limit(a, unlimited) <= limit(b, unlimited) ? TypeChange::free : TypeChange::may_fail;
  }
  if (a.base == "numeric") {
    const Numeric x = numeric_limits(a), y = numeric_limits(b);
    if (b.modifier.empty()) return TypeChange::free;
    if (a.modifier.empty() || x.scale > y.scale || x.precision - x.scale > y.precision - y.scale) {
      return TypeChange::may_fail;
    }
    return x.scale == y.scale ? TypeChange::free : TypeChange::rewrite;
  }
  if (a.base == "character") return limit(a, 1) <= limit(b, 1) ? TypeChange::rewrite : TypeChange::may_fail;
  constexpr int full_precision = 6;
  if (a.base == "timestamp" || a.base == "timestamptz" || a.base == "time" || a.base == "timetz") {
    return limit(a, full_precision) <= limit(b, full_precision) ? TypeChange::free : TypeChange::may_fail;
  }
  return TypeChange::may_fail;
}

struct Probe {
  std::string_view type, pattern;
};
// What text must look like to become a value of a type.
constexpr auto text_forms = std::to_array<Probe>({
    {"int2", R"(^\s*[+-]?\d{1,5}\s*$)"},
    {"int4", R"(^\s*[+-]?\d{1,10}\s*$)"},
    {"int8", R"(^\s*[+-]?\d{1,19}\s*$)"},
    {"numeric", R"(^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$)"},
    {"float4", R"(^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$)"},
    {"float8", R"(^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$)"},
    {"bool", R"(^\s*([tT](rue|RUE)?|[fF](alse|ALSE)?|[yY](es|ES)?|[nN][oO]?|[oO]n|[oO]ff|[01])\s*$)"},
    {"uuid", R"(^\s*\{?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?\s*$)"},
    {"date", R"(^\s*\d{4}-\d{1,2}-\d{1,2}\s*$)"},
    {"timestamp", R"(^\s*\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}.*)?$)"},
    {"timestamptz", R"(^\s*\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{2}.*)?$)"},
});

struct Range {
  std::string_view type, low, high;
};
constexpr auto integer_ranges = std::to_array<Range>({
    {"int2", "-32768", "32767"},
    {"int4", "-2147483648", "2147483647"},
    {"int8", "-9223372036854775808", "9223372036854775807"},
});

std::optional<Sql> unfit_number(const Ident& c, const TypeName& from, const TypeName& to) {
  const bool fractions = from.base == "float4" || from.base == "float8" || from.base == "numeric";
  for (const auto& r : integer_ranges) {
    if (to.base != r.type) continue;
    const Sql range("{}::numeric NOT BETWEEN {} AND {}", c, Sql::trusted(std::string(r.low)),
                    Sql::trusted(std::string(r.high)));
    if (from.base == "float4" || from.base == "float8") {
      return Sql("{} IN ('NaN', 'Infinity', '-Infinity') OR {} <> trunc({}) OR {}", c, c, c, range);
    }
    return fractions ? Sql("{} = 'NaN' OR {} <> trunc({}) OR {}", c, c, c, range) : range;
  }
  if (to.base == "numeric" && !to.modifier.empty()) {
    const Numeric n = numeric_limits(to);
    return Sql("abs({}::numeric) >= 10 ^ {} OR {}::numeric <> round({}::numeric, {})", c, n.precision - n.scale, c, c,
               n.scale);
  }
  if (to.base == "float4" || to.base == "float8") {
    return Sql("{}::{}::numeric <> {}::numeric", c, Sql::trusted(to.base), c);
  }
  return {};
}

}  // namespace

TypeChange type_change(const std::string& from, const std::string& to) {
  if (from == to) return TypeChange::free;
  const TypeName a = parse_type(from), b = parse_type(to);
  if (a.array != b.array) return TypeChange::may_fail;
  if (a.base == b.base) {
    const TypeChange change = between_same_base(a, b);
    return a.array && change == TypeChange::free ? TypeChange::rewrite : change;
  }
  if (is_character(a.base) && b.base == "text") return a.array ? TypeChange::rewrite : TypeChange::free;
  if (a.base == "text" && b.base == "character varying")
    return b.modifier.empty() && !a.array ? TypeChange::free : TypeChange::may_fail;
  if (a.base == "character" && b.base == "text") return TypeChange::rewrite;
  if (!b.modifier.empty()) return TypeChange::may_fail;
  for (const auto& r : rewrites) {
    if (a.base == r.from && b.base == r.to) return TypeChange::rewrite;
  }
  return TypeChange::may_fail;
}

bool casts_directly(const std::string& from, const std::string& to) {
  const TypeName a = parse_type(from), b = parse_type(to);
  const auto is_string = [](const TypeName& t) { return !t.array && (is_text_type(t.text()) || t.base == "citext"); };
  if (a.base == b.base && a.array == b.array) return true;
  if (is_string(a) || is_string(b)) return true;
  if (a.array != b.array) return false;
  if (a.array && (is_text_type(a.base) || is_text_type(b.base))) return true;
  for (const auto& family : cast_families) {
    if (family.holds(a.base) && family.holds(b.base)) return true;
  }
  return a.base == "jsonb" && (b.base == "bool" || is_number_type(b.base));
}

bool compare_alike(const std::string& a, const std::string& b) {
  const TypeName x = parse_type(a), y = parse_type(b);
  if (x.array || y.array) return x.array == y.array && x.base == y.base;
  const auto both = [&](auto is_member) { return is_member(x.base) && is_member(y.base); };
  const auto is_float = [](const std::string& t) { return t == "float4" || t == "float8"; };
  const auto is_time = [](const std::string& t) { return t == "date" || t == "timestamp" || t == "timestamptz"; };
  const auto is_varying = [](const std::string& t) { return is_character(t); };
  return x.base == y.base || both(is_integer_type) || both(is_float) || both(is_time) || both(is_varying);
}

std::optional<Sql> unfit_values(const std::string& column, const std::string& from, const std::string& to) {
  const TypeName a = parse_type(from), b = parse_type(to);
  const Ident c{column};
  if (a.array || b.array) return {};
  const bool text = is_text_type(from) || a.base == "citext";
  if (text && (b.base == "character varying" || b.base == "character")) {
    const int length = limit(b, b.base == "character" ? 1 : unlimited);
    return Sql("char_length({}) > {}", c, length);
  }
  if (text) {
    for (const auto& f : text_forms) {
      if (b.base == f.type) return Sql("{} !~ {}", c, Literal{f.pattern});
    }
    return {};
  }
  if (is_number_type(a.base) && is_number_type(b.base)) return unfit_number(c, a, b);
  return {};
}

}  // namespace plinth
