#pragma once
// What a change of type means for the values.
#include <optional>
#include <string>

#include "engine/sql.h"

namespace plinth {

enum class TypeChange {
  free,     // metadata only: no row is touched, every value fits
  rewrite,  // every value fits, rows are written anew
  may_fail  // some values may not fit, or lose something
};

/// How values of one type fare in another (both in the one spelling). Source: the assignment and binary-coercible
/// casts of Postgres, and the length coercions that its planner removes.
TypeChange type_change(const std::string& from, const std::string& to);

/// Whether the server casts from one type to the other; where it does not, the text of a value may still be a value of
/// the other type. Source: pg_cast of Postgres 15, and the conversion of every type to and from text.
bool casts_directly(const std::string& from, const std::string& to);

/// Whether one index compares values of both types, so that a foreign key may lead from one to the other while only one
/// of them has changed. Source: the operator families of btree.
bool compare_alike(const std::string& a, const std::string& b);

/// A condition that holds for the values of a column that would not survive the change; nothing where it cannot be
/// told from the value.
std::optional<Sql> unfit_values(const std::string& column, const std::string& from, const std::string& to);

}  // namespace plinth
