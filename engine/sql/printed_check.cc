#include "engine/sql/printed_check.h"

#include <algorithm>
#include <array>

#include "engine/sql/sql.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

// A type as a cast names it: without a length, never by a name that SQL gives a length of its own, and without the
// schema that sessions search.
std::string cast_name(const std::string& base) {
  constexpr std::string_view found_by_itself = "public.";
  if (base.starts_with(found_by_itself)) return base.substr(found_by_itself.size());
  if (base == "bpchar" || base == "char" || base == "character") return "bpchar";
  if (base == "bit") return "\"bit\"";
  return format_type_text(base);
}

bool prints_values_as_written(const std::string& base) {
  constexpr auto bases = std::to_array<std::string_view>(
      {"text", "varchar", "character varying", "bpchar", "char", "character", "int2", "int4", "int8", "numeric"});
  return std::find(bases.begin(), bases.end(), base) != bases.end();
}

// A value, as it is written between quotes and read as the type: the server keeps what it is, not how it was written.
std::string printed_value(const std::string& value, const std::string& base) {
  const bool is_positive = is_number(value) && value.front() != '-';
  if (base == "int4" && is_positive) return canonical_number(value);
  if (base == "numeric" && is_positive && value.find('.') != std::string::npos) return value;
  return Sql("{}::{}", Literal{value}, Sql::trusted(cast_name(base))).text();
}

}  // namespace

std::string printed_element_check(std::string_view column, std::string_view type) {
  return "(array_position(" + quote_if_needed(column) + ", NULL::" + cast_name(parse_type(type).base) + ") IS NULL)";
}

std::optional<std::string> printed_membership(const Membership& membership, std::string_view type) {
  const TypeName t = parse_type(type);
  if (t.array || !prints_values_as_written(t.base) || membership.values.empty()) return {};
  const bool as_text = cast_name(t.base) == "character varying";
  std::string column = quote_if_needed(membership.column);
  if (as_text) column = "(" + column + ")::text";
  if (membership.values.size() == 1) {
    return "(" + column + " = " + printed_value(membership.values.front(), as_text ? "text" : t.base) + ")";
  }
  std::string list;
  for (const auto& v : membership.values) list.append(list.empty() ? "" : ", ").append(printed_value(v, t.base));
  list = "ARRAY[" + list + "]";
  if (as_text) list = "(" + list + ")::text[]";
  return "(" + column + " = ANY (" + list + "))";
}

}  // namespace plinth
