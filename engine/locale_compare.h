#pragma once
#include <string_view>

namespace plinth {

/// Whether JavaScript's `a.localeCompare(b)` is negative, for the names that other tools sort by it: the root collation
/// of Unicode for ASCII (punctuation, digits, letters; case counts only between names that are otherwise the same).
/// Other characters come last, in the order of their bytes. O(a + b).
bool locale_less(std::string_view a, std::string_view b);

}  // namespace plinth
