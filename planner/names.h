#pragma once
// Lists of names.
#include <algorithm>
#include <string>
#include <vector>

namespace plinth {

/// O(names).
inline bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether both hold the same names, in any order: what tells keys of the same columns. O(names²), in the worst case.
inline bool same_names(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

/// The type of the elements of an array; other types as they are.
inline std::string element_type(const std::string& type) {
  return type.ends_with("[]") ? type.substr(0, type.size() - 2) : type;
}

}  // namespace plinth
