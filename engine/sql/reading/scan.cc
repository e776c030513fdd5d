#include "engine/sql/reading/scan.h"

#include <algorithm>
#include <string>

namespace plinth {
namespace {

// `$tag$ … $tag$`; `at` itself when no dollar quote starts there.
std::size_t skip_dollar_quoted(std::string_view sql, std::size_t at) {
  if (at > 0 && is_word_char(sql[at - 1])) return at;
  const std::size_t tag_end = sql.find('$', at + 1);
  if (tag_end == std::string_view::npos) return at;
  const std::string_view tag = sql.substr(at, tag_end - at + 1);
  if (!std::all_of(tag.begin() + 1, tag.end() - 1, is_word_char)) return at;
  if (tag.size() > 2 && tag[1] >= '0' && tag[1] <= '9') return at;
  const std::size_t close = sql.find(tag, tag_end + 1);
  return close == std::string_view::npos ? sql.size() : close + tag.size();
}

}  // namespace

std::size_t skip_quoted(std::string_view sql, std::size_t at) {
  const char q = sql[at];
  if (q == '$') return skip_dollar_quoted(sql, at);
  if (q != '\'' && q != '"') return at;
  const bool escapes =
      q == '\'' && at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at < 2 || !is_word_char(sql[at - 2]));
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (escapes && sql[i] == '\\') {
      ++i;
    } else if (sql[i] == q) {
      if (i + 1 >= sql.size() || sql[i + 1] != q) return i + 1;
      ++i;
    }
  }
  return sql.size();
}

std::size_t skip_parenthesis(std::string_view sql, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < sql.size();) {
    if (const std::size_t end = std::max(skip_quoted(sql, i), skip_comment(sql, i)); end != i) {
      i = end;
      continue;
    }
    if (sql[i] == '(' || sql[i] == '[') ++depth;
    if ((sql[i] == ')' || sql[i] == ']') && --depth == 0) return i + 1;
    ++i;
  }
  return std::string_view::npos;
}

bool is_one_expression(std::string_view sql) {
  const std::string between = "(" + std::string(sql) + ")";
  if (skip_parenthesis(between, 0) != between.size()) return false;
  int depth = 0;
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t end = skip_quoted(sql, i); end != i) {
      i = end;
      continue;
    }
    const std::string_view two = sql.substr(i, 2);
    if (two == "--" || two == "/*" || sql[i] == ';') return false;
    if (sql[i] == '(' || sql[i] == '[') ++depth;
    if (sql[i] == ')' || sql[i] == ']') --depth;
    if (sql[i] == ',' && depth == 0) return false;
    ++i;
  }
  return !trim(sql).empty();
}

std::size_t skip_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) == "--") return std::min(sql.find('\n', at), sql.size());
  if (sql.substr(at, 2) != "/*") return at;
  int depth = 0;
  for (std::size_t i = at; i < sql.size(); ++i) {
    const std::string_view two = sql.substr(i, 2);
    if (two == "/*") {
      ++depth;
      ++i;
    } else if (two == "*/") {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return sql.size();
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view unwrap(std::string_view expression) {
  expression = trim(expression);
  while (!expression.empty() && expression.front() == '(' && skip_parenthesis(expression, 0) == expression.size()) {
    expression = trim(expression.substr(1, expression.size() - 2));
  }
  return expression;
}

}  // namespace plinth
