#pragma once
// What is known of single types, without their arrays.
#include <optional>
#include <string_view>

#include "planner/types/type_change.h"

namespace plinth {

/// A length or precision that is never reached.
inline constexpr int unlimited = 1 << 30;

/// The limit that a modifier sets: the length of a varchar, the precision of a timestamp.
int limit(const TypeName& type, int absent);

struct Digits {
  int precision = unlimited, scale = unlimited;
  int whole() const { return precision - scale; }
};
/// The digits of numeric(p,s).
Digits numeric_limits(const TypeName& type);

/// text, its kin, citext, name and "char": read and written as text.
bool is_string(const ValueType& type);
/// int2 int4 int8 oid float4 float8 numeric, and bool and money, which become numbers.
bool is_numeric(const ValueType& type);
/// Built in, citext, or an enum whose labels are known.
bool is_known(const ValueType& type);

/// The values that a whole number type holds, and how many digits they have at most.
struct WholeRange {
  std::string_view type, low, high;
  int digits = 0;
};
/// For bool int2 int4 int8 oid; nullptr for others.
const WholeRange* whole_range(std::string_view type);

/// How many characters the text of a value has at most; nothing when there is no limit, or none that every session
/// agrees on (money, interval).
std::optional<int> text_width(const ValueType& type);

/// How many characters a string type takes.
int text_room(const TypeName& type);

/// Whether pg_cast has a cast between two types that are not strings, implicit or not.
bool has_cast(std::string_view from, std::string_view to);

/// The type through which one type becomes another to which it has no cast; empty where there is none.
std::string_view stepping_stone(std::string_view from, std::string_view to);

/// Casts that keep every value: between bare types, or from types whose limit is not above that of the other.
bool keeps_values(const TypeName& from, const TypeName& to);

}  // namespace plinth
