#include "engine/locale_compare.h"

#include <algorithm>
#include <array>

namespace plinth {
namespace {

constexpr std::string_view collation = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
constexpr int letters = 100, others = 200;

struct Weight {
  int primary = 0, tertiary = 0;  // what the character is, and whether it is a capital
};

constexpr Weight weight_of(unsigned char c) {
  if (c >= 'a' && c <= 'z') return {letters + (c - 'a'), 0};
  if (c >= 'A' && c <= 'Z') return {letters + (c - 'A'), 1};
  const std::size_t at = collation.find(static_cast<char>(c));
  return at != std::string_view::npos ? Weight{static_cast<int>(at) + 1, 0} : Weight{others + c, 0};
}

constexpr auto weights = [] {
  std::array<Weight, 256> out{};
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = weight_of(static_cast<unsigned char>(c));
  return out;
}();

bool less_by(std::string_view a, std::string_view b, int Weight::*level) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) {
    return weights[static_cast<unsigned char>(x)].*level < weights[static_cast<unsigned char>(y)].*level;
  });
}

}  // namespace

bool locale_less(std::string_view a, std::string_view b) {
  if (less_by(a, b, &Weight::primary)) return true;
  return !less_by(b, a, &Weight::primary) && less_by(a, b, &Weight::tertiary);
}

}  // namespace plinth
