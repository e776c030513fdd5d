#pragma once
// What text must look like to become a value of a type.
#include <optional>

#include "planner/types/type_change.h"

namespace plinth {

/// A condition that holds for texts (an SQL expression) that are not a value of the type, or lose something in it;
/// nothing for types whose texts no regular expression tells (json, xml, inet).
std::optional<Sql> lossy_text(const Sql& text, const ValueType& to);

/// How a finite number, an expression of type numeric, fares in a number type; `whole` when it has no fraction anyway.
Sql lossy_finite(const Sql& number, const TypeName& to, bool whole = false);

}  // namespace plinth
