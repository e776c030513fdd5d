#include "engine/sql/expression.h"

#include <array>

#include "engine/sql/reading/scan.h"

namespace plinth {

namespace {

struct Synonym {
  std::string_view text, meaning;  // both in the normal form
};
constexpr auto synonyms = std::to_array<Synonym>({
    {"current_timestamp", "now()"},
    {"transaction_timestamp()", "now()"},
    {"('now'::text)::timestamp with time zone", "now()"},
    {"('now'::text)::timestamp without time zone", "now()"},
    {"now()::timestamp with time zone", "now()"},
    {"now()::timestamp without time zone", "now()"},
    {"(now())::timestamp with time zone", "now()"},
    {"(now())::timestamp without time zone", "now()"},
    {"current_timestamp::timestamp with time zone", "now()"},
    {"current_timestamp::timestamp without time zone", "now()"},
    {"uuid_generate_v4()", "gen_random_uuid()"},
    {"public.uuid_generate_v4()", "gen_random_uuid()"},
    {"public.gen_random_uuid()", "gen_random_uuid()"},
});

}  // namespace

std::string default_meaning(std::string_view expression) {
  std::string out = normalize_expression(expression);
  for (const auto& s : synonyms) {
    if (out == s.text) return std::string(s.meaning);
  }
  return out;
}

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
