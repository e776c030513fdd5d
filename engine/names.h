#pragma once
// Names, lists of names, and paths.
#include <algorithm>
#include <string>
#include <string_view>
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

/// `public.users.email`
std::string dotted(const std::vector<std::string>& path);

/// A name for the time being: `name` with a suffix that survives where the server would cut the name.
std::string temporary_name(std::string name, std::string_view suffix);

/// A temporary name for what stands where something else is to stand; `taken(name)` says which names are in use.
template <class Taken>
std::string name_aside(const std::string& name, Taken taken) {
  const std::string suffix = "__plinth_aside";
  std::string out = temporary_name(name, suffix);
  for (int n = 2; taken(out); ++n) out = temporary_name(name, suffix + std::to_string(n));
  return out;
}

}  // namespace plinth
