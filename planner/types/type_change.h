#pragma once
// What a change of type means for the values.
#include <optional>
#include <string>
#include <vector>

#include "engine/schema/schema.h"
#include "engine/sql/sql.h"
#include "engine/sql/type_name.h"

namespace plinth {

enum class TypeChange {
  free,         // metadata only: no row is touched, every value fits
  rewrite,      // every value fits, rows are written anew
  may_fail,     // some values do not fit, or lose something
  not_castable  // the server has no way from one to the other: what a value becomes must be said
};

/// Whether every value survives.
constexpr bool keeps_every_value(TypeChange c) { return c == TypeChange::free || c == TypeChange::rewrite; }

/// A type taken apart, and with its labels where it is a native enum of the schema. Types that
/// are neither built in nor such an enum (domains, types of extensions other than citext) are unknown.
struct ValueType {
  TypeName name;
  std::optional<std::vector<std::string>> labels;
  ValueType(const std::string& type);  // NOLINT(google-explicit-constructor): most types are their names
  ValueType(const char* type) : ValueType(std::string(type)) {}  // NOLINT(google-explicit-constructor)
  ValueType(TypeName n, std::optional<std::vector<std::string>> l) : name(std::move(n)), labels(std::move(l)) {}
  /// The type of an array's elements; of what is no array, itself.
  ValueType element() const;
};

/// The type of a column of that schema. O(log enums).
ValueType value_type(const Schema& schema, const std::string& type);

/// How values of one type fare in another. A value fits when it can be got back; text that becomes something else fits
/// when it is read without loss. Never says that a change is safer than the server does, of any version from 12 to 18;
/// where it is stricter, test/interop/type_change_server_test.cc says why. What depends on the TimeZone of the session
/// may fail.
TypeChange type_change(const ValueType& from, const ValueType& to);

/// Whether the server casts from one type to the other when asked (`USING c::type`). Source: pg_cast of Postgres 12 to
/// 18, and the conversion of every type to and from text.
bool casts_directly(const ValueType& from, const ValueType& to);

/// What turns a value of a column into the other type, where a plain cast does not: through a third type, the text of
/// JSON, the one element of an array; at last through the text of the value. Nothing where a cast does.
std::optional<Sql> conversion(const std::string& column, const ValueType& from, const ValueType& to);

/// A condition that holds for the values of a column that would not survive the change; nothing where it cannot be told
/// from the value. It may hold for more: for spellings that the server reads although they are not the usual ones
/// (`Jan 2 2020`, `0x1f`), and for infinite numbers, which servers before 14 refuse.
std::optional<Sql> lossy_values(const std::string& column, const ValueType& from, const ValueType& to);

/// Whether the values of the other type depend on the TimeZone of the session that changes them.
bool asks_for_time_zone(const ValueType& from, const ValueType& to);

/// Whether an expression gives the same, and prints the same, on every value that both types have: wider integers, text
/// of another length, the same type with another limit. What views say on such a column stays true.
bool reads_alike(const std::string& from, const std::string& to);

/// Whether one index compares values of both types, so that a foreign key may lead from one to the other while only one
/// of them has changed. Source: the operator families of btree.
bool compare_alike(const ValueType& a, const ValueType& b);

/// Whether a foreign key may lead from a column to a key: they compare alike, or the server casts the referencing value
/// on its own. Unknown types are supposed to be compatible. Source: the implicit casts of Postgres 12 to 18.
bool can_reference(const ValueType& column, const ValueType& key);

}  // namespace plinth
