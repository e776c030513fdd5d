#include "planner/types/type_change.h"

#include <algorithm>
#include <array>

#include "engine/sql/ddl.h"
#include "engine/sql/type_name.h"
#include "planner/types/casts.h"

namespace plinth {
namespace {

constexpr int full_precision = 6;  // of times

bool is_any_of(std::string_view type, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), type) != list.end();
}
bool is_time(std::string_view t) { return is_any_of(t, {"timestamp", "timestamptz", "time", "timetz", "interval"}); }
bool is_document(std::string_view t) { return t == "json" || t == "jsonb"; }
// Text that any length of text fits in, and of which Postgres stores the same bytes.
bool is_endless(const TypeName& t) {
  return t.base == "text" || t.base == "citext" || (t.base == "character varying" && t.modifier.empty());
}

TypeChange if_fits(bool fits, TypeChange change) { return fits ? change : TypeChange::may_fail; }

TypeChange between_numerics(const TypeName& a, const TypeName& b) {
  if (b.modifier.empty()) return TypeChange::free;
  const Digits x = numeric_limits(a), y = numeric_limits(b);
  const bool fits = !a.modifier.empty() && x.scale <= y.scale && x.whole() <= y.whole();
  return if_fits(fits, x.scale == y.scale ? TypeChange::free : TypeChange::rewrite);
}

TypeChange between_same_base(const TypeName& a, const TypeName& b) {
  if (a.modifier == b.modifier) return TypeChange::free;
  if (a.base == "numeric") return between_numerics(a, b);
  if (a.base == "character varying" || a.base == "bit varying") {
    return if_fits(limit(a, unlimited) <= limit(b, unlimited), TypeChange::free);
  }
  if (a.base == "character") return if_fits(limit(a, 1) <= limit(b, 1), TypeChange::rewrite);
  if (is_time(a.base)) {
    return if_fits(limit(a, full_precision) <= limit(b, full_precision), TypeChange::free);
  }
  return if_fits(a.base == "bit" && limit(a, 1) == limit(b, 1), TypeChange::free);
}

TypeChange to_string(const ValueType& from, const TypeName& to) {
  const TypeName& a = from.name;
  const bool same_bytes = is_endless(a) || a.base == "character varying" || (a.base == "xml" && to.base != "citext");
  if (same_bytes && is_endless(to)) return TypeChange::free;
  const int room = text_room(to);
  if (room == unlimited) return TypeChange::rewrite;
  const bool may_end_in_blanks = from.labels || (is_string(from) && a.base != "character");
  if (to.base == "\"char\"" || (to.base == "character" && may_end_in_blanks)) return TypeChange::may_fail;
  // The room of a name is in bytes.
  const bool wide = to.base == "name" && is_string(from) && a.base != "name" && a.base != "\"char\"";
  constexpr int bytes_of_character = 4;
  const auto width = text_width(from);
  return if_fits(width && *width <= room / (wide ? bytes_of_character : 1), TypeChange::rewrite);
}

TypeChange between_numbers(const TypeName& a, const TypeName& b) {
  const WholeRange *x = whole_range(a.base), *y = whole_range(b.base);
  if (y != nullptr) {
    const bool widens = x != nullptr && (a.base == "bool" || (x->digits < y->digits && b.base != "oid"));
    return if_fits(widens, TypeChange::rewrite);
  }
  constexpr int exact_single = 6, exact_double = 15, largest_scale = 30;
  if (b.base == "float4" || b.base == "float8") {
    const int exact = b.base == "float4" ? exact_single : exact_double;
    if (a.base == "float4") return TypeChange::rewrite;
    const Digits d = a.base == "numeric" ? numeric_limits(a) : Digits{};
    const bool few =
        x != nullptr ? x->digits <= exact : d.precision <= exact && d.scale >= 0 && d.scale <= largest_scale;
    return if_fits(few, TypeChange::rewrite);
  }
  if (b.base == "money") return if_fits(a.base == "int2" || a.base == "int4", TypeChange::rewrite);
  if (b.modifier.empty()) return if_fits(x != nullptr || a.base == "money", TypeChange::rewrite);
  const Digits d = numeric_limits(b);
  return if_fits(x != nullptr && d.scale >= 0 && x->digits <= d.whole(), TypeChange::rewrite);
}

TypeChange between_bits(const TypeName& a, const TypeName& b) {
  constexpr int word = 32, long_word = 64;
  if (b.base == "int4") return if_fits(limit(a, 1) <= word, TypeChange::rewrite);
  if (b.base == "int8") return if_fits(limit(a, 1) <= long_word, TypeChange::rewrite);
  if (b.base != "bit varying") return TypeChange::may_fail;
  return b.modifier.empty() ? TypeChange::free : if_fits(limit(a, 1) <= limit(b, 1), TypeChange::rewrite);
}

bool converts(const TypeName& a, const TypeName& b) {
  return has_cast(a.base, b.base) || !stepping_stone(a.base, b.base).empty();
}

// Both known, neither an array, of different bases.
TypeChange between_scalars(const ValueType& from, const ValueType& to) {
  const TypeName &a = from.name, &b = to.name;
  if (is_string(to)) return to_string(from, b);
  if (is_string(from) || to.labels) return TypeChange::may_fail;
  if (is_document(b.base) && !is_document(a.base)) return TypeChange::rewrite;
  if (from.labels) return TypeChange::may_fail;
  if (is_document(a.base) && b.base != "jsonb" && b.base != "json") return TypeChange::may_fail;
  if (b.base == "xml") return TypeChange::may_fail;
  if (!converts(a, b)) return TypeChange::not_castable;
  if (a.base == "cidr" && b.base == "inet") return TypeChange::free;
  if (is_numeric(from) && is_numeric(to)) return between_numbers(a, b);
  if (a.base == "bit") return between_bits(a, b);
  return if_fits(keeps_values(a, b), TypeChange::rewrite);
}

TypeChange scalars(const ValueType& from, const ValueType& to) {
  const bool known = is_known(from) && is_known(to);
  if (from.name.base == to.name.base && from.labels != to.labels) return TypeChange::may_fail;
  if (from.name.base == to.name.base) {
    return known ? between_same_base(from.name, to.name)
                 : if_fits(from.name.modifier == to.name.modifier, TypeChange::free);
  }
  return known ? between_scalars(from, to) : TypeChange::may_fail;
}

// Of two arrays the server recognises only a limit that falls as free.
TypeChange arrays(const ValueType& from, const ValueType& to) {
  const ValueType a = from.element(), b = to.element();
  const bool known = is_known(a) && is_known(b);
  if (known && a.name.base != b.name.base && !casts_directly(a, b)) return TypeChange::not_castable;
  const TypeChange change = scalars(a, b);
  const bool falls = a.name.base == b.name.base && (b.name.modifier.empty() || a.name.modifier == b.name.modifier);
  return change == TypeChange::free && !falls ? TypeChange::rewrite : change;
}

// An element that is NULL and one that is the null of JSON are the same to JSON.
TypeChange from_array(const ValueType& from, const ValueType& to) {
  if (is_string(to)) return is_endless(to.name) ? TypeChange::rewrite : TypeChange::may_fail;
  if (is_document(to.name.base)) return if_fits(is_known(from) && !is_document(from.name.base), TypeChange::rewrite);
  return to.name.base == "xml" || !is_known(to) ? TypeChange::may_fail : TypeChange::not_castable;
}

// One value becomes a list of one; text is read as the text of an array.
TypeChange into_array(const ValueType& from, const ValueType& to) {
  if (is_string(from) || is_document(from.name.base) || !is_known(from)) return TypeChange::may_fail;
  const ValueType b = to.element();
  if (!is_known(b)) return TypeChange::may_fail;
  const TypeChange change = scalars(from, b);
  return change == TypeChange::free ? TypeChange::rewrite : change;
}

Sql brackets(const ValueType& t) { return t.name.array ? Sql("[]") : Sql(""); }

}  // namespace

ValueType::ValueType(const std::string& type) : name(parse_type(type)) {}

ValueType ValueType::element() const {
  ValueType out = *this;
  out.name.array = false;
  return out;
}

ValueType value_type(const Schema& schema, const std::string& type) {
  ValueType out(type);
  const auto user = user_type(out.name.base);
  const Enum* found = user ? schema.find_enum({user->schema, user->name}) : nullptr;
  if (found != nullptr) out.labels = found->values;
  return out;
}

TypeChange type_change(const ValueType& from, const ValueType& to) {
  if (from.name.text() == to.name.text()) return TypeChange::free;
  if (from.name.array && to.name.array) return arrays(from, to);
  if (from.name.array) return from_array(from, to);
  if (to.name.array && !is_string(to)) return into_array(from, to);
  return scalars(from, to);
}

bool casts_directly(const ValueType& from, const ValueType& to) {
  const TypeName &a = from.name, &b = to.name;
  // An enum that changes its labels may be another type by then.
  if (a.base == b.base && a.array == b.array) return from.labels == to.labels;
  // "char" is a string type of its own up to Postgres 14 alone.
  const auto is_text = [](const ValueType& t) { return is_string(t) && t.name.base != "\"char\""; };
  if (is_text(from) || is_text(to)) return true;
  if (a.array != b.array) return false;
  if (a.array) return casts_directly(from.element(), to.element());
  return has_cast(a.base, b.base) || (a.base == "\"char\"" && b.base == "int4") ||
         (a.base == "int4" && b.base == "\"char\"");
}

std::optional<Sql> conversion(const std::string& column, const ValueType& from, const ValueType& to) {
  const Sql c("{}", Ident{column}), type = type_sql(to.name.text());
  // Casts of character to what is no text see its padding; those of its text do not.
  const bool padded = from.name.base == "character" && !is_string(to.element());
  if (padded && from.name.array == to.name.array) return Sql("{}::text{}::{}", c, brackets(from), type);
  if (casts_directly(from, to)) return {};
  const bool document = is_document(from.name.base) && !from.name.array;
  if (is_document(to.name.base) && !to.name.array && is_known(from) && !is_string(from)) {
    return to.name.base == "json" ? Sql("to_json({})", c) : Sql("to_jsonb({})", c);
  }
  if (to.name.array && !from.name.array && is_known(from) && !document && !is_string(from)) {
    const Sql one = conversion(column, from, to.element()).value_or(c);
    return Sql("CASE WHEN {} IS NOT NULL THEN ARRAY[{}]::{} END", c, one, type);
  }
  const bool scalar = !from.name.array && !to.name.array;
  const std::string_view stone = scalar ? stepping_stone(from.name.base, to.name.base) : std::string_view();
  if (!stone.empty()) return Sql("{}::{}::{}", c, Sql::trusted(std::string(stone)), type);
  if (document) return Sql("({} #>> '{}')::{}", c, Sql("{}"), type);
  return Sql("{}::text{}::{}", c, to.name.array ? brackets(from) : Sql(""), type);
}

bool asks_for_time_zone(const ValueType& from, const ValueType& to) {
  const auto zoned = [](const std::string& t) { return is_any_of(t, {"timestamptz", "timetz", "tstzrange"}); };
  const auto bare = [](const std::string& t) {
    return is_any_of(t, {"date", "timestamp", "time", "daterange", "tsrange"});
  };
  const std::string &a = from.name.base, &b = to.name.base;
  return (zoned(a) && bare(b) && a != "timetz") || (bare(a) && zoned(b));
}

bool compare_alike(const ValueType& a, const ValueType& b) {
  const TypeName &x = a.name, &y = b.name;
  if (x.array || y.array) return x.array == y.array && x.base == y.base;
  const auto both = [&](std::initializer_list<std::string_view> family) {
    return is_any_of(x.base, family) && is_any_of(y.base, family);
  };
  return x.base == y.base || both({"int2", "int4", "int8"}) || both({"float4", "float8"}) ||
         both({"date", "timestamp", "timestamptz"}) || both({"text", "character varying", "name"}) ||
         both({"inet", "cidr"}) || both({"bit", "bit varying"});
}

namespace {

// What of the limit of a type is printed with its values: digits behind the point, blanks at the end.
std::string printed_limit(const TypeName& t) {
  if (t.base == "numeric") return t.modifier.substr(std::min(t.modifier.find(','), t.modifier.size()));
  return t.base == "character" || t.base == "bit" ? t.modifier : std::string();
}

}  // namespace

bool reads_alike(const std::string& from, const std::string& to) {
  const TypeName a = parse_type(from), b = parse_type(to);
  const auto is_integer = [](const TypeName& t) { return !serial_type(t.base).empty(); };
  const auto is_text = [](const TypeName& t) { return t.base == "text" || t.base == "character varying"; };
  if (a.array != b.array) return false;
  if (is_integer(a) && is_integer(b)) return greatest_integer(a.base) <= greatest_integer(b.base);
  if (is_text(a) && is_text(b)) return true;
  return a.base == b.base && printed_limit(a) == printed_limit(b);
}

bool can_reference(const ValueType& column, const ValueType& key) {
  if (compare_alike(column, key)) return true;
  if (!is_known(column) || !is_known(key)) return !column.labels && !key.labels;
  if (column.name.array || key.name.array) return false;
  struct Implicit {
    std::string_view column, keys;
  };
  constexpr auto implicit = std::to_array<Implicit>({
      {"int2", " float4 float8 numeric oid "},
      {"int4", " float4 float8 numeric oid "},
      {"int8", " float4 float8 numeric oid "},
      {"float4", " float8 "},
      {"numeric", " float4 float8 "},
      {"character", " text varchar name "},
      {"text", " character name "},
      {"character varying", " character name "},
      {"citext", " text varchar "},
      {"\"char\"", " text varchar "},
      {"time", " timetz interval "},
      {"macaddr", " macaddr8 "},
      {"macaddr8", " macaddr "},
  });
  const std::string_view wanted = key.name.base == "character varying" ? "varchar" : std::string_view(key.name.base);
  return std::any_of(implicit.begin(), implicit.end(), [&](const Implicit& i) {
    const std::size_t at = i.column == column.name.base ? i.keys.find(wanted) : std::string_view::npos;
    return at != std::string_view::npos && i.keys[at - 1] == ' ' && i.keys[at + wanted.size()] == ' ';
  });
}

}  // namespace plinth
