#include "planner/hints/name_similarity.h"

#include <algorithm>
#include <numeric>

#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_separator(char c) { return c == '_' || c == '-' || c == ' ' || c == '.' || c == '$'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

std::string singular(std::string word) {
  constexpr std::size_t shortest = 4;
  const auto ends = [&](std::string_view suffix) { return word.size() >= shortest && word.ends_with(suffix); };
  if (ends("ies")) return word.replace(word.size() - 3, 3, "y");
  if (ends("sses") || ends("ches") || ends("shes") || ends("xes")) return word.substr(0, word.size() - 2);
  if (ends("s") && !ends("ss") && !ends("us") && !ends("is")) word.pop_back();
  return word;
}

std::string letters(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (!is_separator(c)) out += lower(c);
  }
  return out;
}

std::size_t edits(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::vector<std::string> words(std::string_view name) {
  std::vector<std::string> out;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) out.push_back(singular(std::move(word)));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool after_lower = i > 0 && !is_upper(name[i - 1]) && !is_digit(name[i - 1]);
    const bool before_lower = i + 1 < name.size() && !is_upper(name[i + 1]) && !is_separator(name[i + 1]);
    if (is_separator(c) || (is_upper(c) && (after_lower || before_lower)) ||
        (i > 0 && is_digit(c) != is_digit(name[i - 1]))) {
      finish();
    }
    if (!is_separator(c)) word += lower(c);
  }
  finish();
  return out;
}

std::size_t common_words(std::string_view a, std::string_view b) {
  std::vector<std::string> x = words(a), y = words(b), both;
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
  return both.size();
}

int name_similarity(std::string_view a, std::string_view b) {
  const std::size_t all = words(a).size() + words(b).size();
  const std::string x = letters(a), y = letters(b);
  const std::size_t longer = std::max(x.size(), y.size());
  if (all == 0 || longer == 0) return a == b ? 100 : 0;
  constexpr std::size_t half = 50;
  const std::size_t by_words = 200 * common_words(a, b) / all;
  const std::size_t by_letters = 100 * (longer - edits(x, y)) / longer;
  return static_cast<int>(std::max(by_words, by_letters < half ? 0 : by_letters));
}

}  // namespace plinth
