#pragma once
// How alike two names are.
#include <string>
#include <string_view>
#include <vector>

namespace plinth {

/// The words of a name in snake_case, camelCase or with digits, in lower case and in the singular: `userProfiles2` is
/// user, profile, 2.
std::vector<std::string> words(std::string_view name);

/// From 0 to 100: the better of the words that two names share (twice the common ones by all), and of the letters that
/// need no edit (Levenshtein, by the longer name; from half of them on). O(length²), and names have at most 63 bytes.
int name_similarity(std::string_view a, std::string_view b);

/// How many words two names share.
std::size_t common_words(std::string_view a, std::string_view b);

}  // namespace plinth
