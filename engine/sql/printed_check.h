#pragma once
// Checks as the server prints them, for who compares them by their text.
#include <optional>
#include <string>
#include <string_view>

#include "engine/schema/constraints.h"

namespace plinth {

/// The check that no element of a list is NULL. `type` is that of the column, a list.
std::string printed_element_check(std::string_view column, std::string_view type);

/// The check that a column has one of some values; nothing for types whose values the server prints anew. O(values).
std::optional<std::string> printed_membership(const Membership& membership, std::string_view type);

}  // namespace plinth
