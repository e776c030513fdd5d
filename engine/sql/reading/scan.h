#pragma once
// Reading SQL text a token at a time, just enough to tell quoted from unquoted.
#include <cstddef>
#include <string_view>

namespace plinth {

inline bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80U;
}
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The end of the quoted run that starts at `at` (a string, an identifier, or a dollar quote); `at` itself when none
/// starts there. An unterminated run ends with the text.
std::size_t skip_quoted(std::string_view sql, std::size_t at);

/// The end of the comment that starts at `at`; `at` itself when none does. Block comments nest.
std::size_t skip_comment(std::string_view sql, std::size_t at);

/// The index behind the parenthesis that closes the one at `open`, or npos.
std::size_t skip_parenthesis(std::string_view sql, std::size_t open);

/// Whether a text that is put between parentheses stays between them: quotes and brackets are closed, and neither a
/// semicolon nor a comment stands outside of quotes, nor a comma outside of brackets. O(text).
bool is_one_expression(std::string_view sql);

std::string_view trim(std::string_view text);
/// Without blanks and parentheses that enclose the whole.
std::string_view unwrap(std::string_view expression);

/// Splits at the top-level occurrences of a character.
template <class F>
void split_top_level(std::string_view sql, char at, F each) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t end = skip_quoted(sql, i); end != i) {
      i = end;
    } else if (sql[i] == '(' || sql[i] == '[') {
      const std::size_t close = skip_parenthesis(sql, i);
      i = close == std::string_view::npos ? sql.size() : close;
    } else if (sql[i] == at) {
      each(sql.substr(start, i - start));
      start = ++i;
    } else {
      ++i;
    }
  }
  if (start < sql.size()) each(sql.substr(start));
}

}  // namespace plinth
