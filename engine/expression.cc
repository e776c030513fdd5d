#include "engine/expression.h"

#include "engine/scan.h"

namespace plinth {

std::string normalize_expression(std::string_view text) {
  text = unwrap(text);
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      gap = true;
      ++i;
      continue;
    }
    const std::size_t end = skip_quoted(text, i);
    // A gap matters only between two words; `now ( )` and `now()` say the same.
    if (gap && !out.empty() && is_word_char(out.back()) && (is_word_char(text[i]) || end != i)) out += ' ';
    gap = false;
    if (end != i) {
      out.append(text.substr(i, end - i));
      i = end;
    } else {
      const char c = text[i++];
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return out;
}

}  // namespace plinth
