#pragma once
// Reading the server's text format: numbers, booleans, arrays. Internal to introspection.
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plinth::catalog {

inline std::uint32_t number(std::string_view text) {
  std::uint32_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

inline bool boolean(std::string_view text) { return text == "t"; }

/// The numbers of `{1,2}` (an array) or `1 2` (a vector of the catalogue).
inline std::vector<std::uint32_t> numbers(std::string_view text) {
  std::vector<std::uint32_t> out;
  const char* p = text.data();
  const char* end = p + text.size();
  while (p != end) {
    std::uint32_t n = 0;
    const auto read = std::from_chars(p, end, n);
    if (read.ptr == p) {
      ++p;
    } else {
      out.push_back(n);
      p = read.ptr;
    }
  }
  return out;
}

/// The elements of a one-dimensional text array `{a,"b c"}` without NULLs.
inline std::vector<std::string> texts(std::string_view array) {
  std::vector<std::string> out;
  if (array.size() <= 2) return out;
  bool quoted = false;
  out.emplace_back();
  for (std::size_t i = 1; i + 1 < array.size(); ++i) {
    const char c = array[i];
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      if (c == '\\') ++i;
      out.back() += array[i];
    }
  }
  return out;
}

}  // namespace plinth::catalog
