#include "engine/sql_tokens.h"

#include "engine/expression.h"
#include "engine/scan.h"
#include "engine/sql.h"
#include "engine/sql_literal.h"

namespace plinth {
namespace {

bool starts_string(std::string_view sql) {
  return sql.starts_with('\'') || (sql.size() > 1 && (sql[0] == 'E' || sql[0] == 'e') && sql[1] == '\'');
}

std::string unquoted(std::string_view name) {
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] == '"') ++i;
    out += name[i];
  }
  return out;
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// The end of a comment that starts at `at`; `at` itself where none does.
std::size_t skip_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at).starts_with("--")) return std::min(sql.find('\n', at), sql.size());
  if (!sql.substr(at).starts_with("/*")) return at;
  const std::size_t end = sql.find("*/", at + 2);
  return end == std::string_view::npos ? sql.size() : end + 2;
}

void add_word(std::vector<SqlToken>& out, std::string_view word) {
  constexpr std::string_view call = "()";
  const std::string name = lower(word);
  std::string meaning = default_meaning(name);
  if (meaning == name) meaning = default_meaning(name + std::string(call));
  if (meaning == name || meaning == name + std::string(call)) {
    out.push_back({SqlToken::Kind::name, truncate_identifier(name)});
    return;
  }
  const bool called = default_meaning(name) != meaning;  // its parentheses follow
  out.push_back({SqlToken::Kind::name, meaning.substr(0, meaning.find('('))});
  if (called) return;
  for (const char c : call) out.push_back({SqlToken::Kind::other, std::string(1, c)});
}

using Tokens = std::vector<SqlToken>;

bool is_sign(const Tokens& tokens, std::size_t at, std::string_view sign) {
  return at < tokens.size() && tokens[at].kind == SqlToken::Kind::other && tokens[at].text == sign;
}

// Reads `[1, 'a', ARRAY[…]]` as the text of an array; `at` is moved behind it. False for what is no list of constants.
bool read_array(const Tokens& tokens, std::size_t& at, std::string& out) {
  if (!is_sign(tokens, at, "[")) return false;
  out += "{";
  for (++at; at < tokens.size() && !is_sign(tokens, at, "]");) {
    if (out.back() != '{') out += ",";
    if (tokens[at].kind == SqlToken::Kind::string) {
      out += quoted_array_element(tokens[at++].text);
    } else if (tokens[at].text == "array" && is_sign(tokens, at + 1, "[")) {
      if (!read_array(tokens, ++at, out)) return false;
    } else {
      for (; at < tokens.size() && !is_sign(tokens, at, ",") && !is_sign(tokens, at, "]"); ++at) {
        out += tokens[at].text == "null" ? "NULL" : tokens[at].text;
      }
    }
    if (is_sign(tokens, at, ",")) ++at;
  }
  out += "}";
  return at++ < tokens.size();
}

// Behind a cast to an array type that stands at `at`; `at` itself where none does.
std::size_t skip_array_cast(const Tokens& tokens, std::size_t at) {
  if (!is_sign(tokens, at, ":") || !is_sign(tokens, at + 1, ":")) return at;
  std::size_t end = at + 2;
  while (end < tokens.size() && !is_sign(tokens, end, "[") && !is_sign(tokens, end, ",")) ++end;
  return is_sign(tokens, end, "[") && is_sign(tokens, end + 1, "]") ? end + 2 : at;
}

// Arrays of constants in one spelling: the text of the array, without its type.
Tokens with_array_texts(const Tokens& tokens) {
  Tokens out;
  for (std::size_t i = 0; i < tokens.size();) {
    SqlToken array{SqlToken::Kind::string, {}};
    std::size_t end = i + 1;
    const bool constructed =
        tokens[i].kind == SqlToken::Kind::name && tokens[i].text == "array" && read_array(tokens, end, array.text);
    const bool written = tokens[i].kind == SqlToken::Kind::string && tokens[i].text.starts_with('{');
    if (constructed || written) {
      out.push_back(constructed ? std::move(array) : tokens[i]);
      i = skip_array_cast(tokens, constructed ? end : i + 1);
    } else {
      out.push_back(tokens[i++]);
    }
  }
  return out;
}

}  // namespace

std::vector<SqlToken> sql_tokens(std::string_view sql) {
  std::vector<SqlToken> out;
  for (std::size_t i = 0; i < sql.size();) {
    if (is_blank(sql[i])) {
      ++i;
    } else if (const std::size_t after = skip_comment(sql, i); after != i) {
      i = after;
    } else if (starts_string(sql.substr(i))) {
      SqlToken& token = out.emplace_back();
      token.kind = SqlToken::Kind::string;
      i += read_string_literal(sql.substr(i), token.text);
    } else if (const std::size_t end = skip_quoted(sql, i); end != i) {
      const std::string_view quoted = sql.substr(i, end - i);
      const bool name = quoted.front() == '"';
      out.push_back({name ? SqlToken::Kind::name : SqlToken::Kind::other,
                     name ? truncate_identifier(unquoted(quoted)) : std::string(quoted)});
      i = end;
    } else if (is_word_char(sql[i])) {
      std::size_t last = i;
      while (last < sql.size() && is_word_char(sql[last])) ++last;
      add_word(out, sql.substr(i, last - i));
      i = last;
    } else {
      out.push_back({SqlToken::Kind::other, std::string(1, sql[i++])});
    }
  }
  while (!out.empty() && out.back().text == ";" && out.back().kind == SqlToken::Kind::other) out.pop_back();
  return out;
}

bool same_statement(std::string_view qualified, std::string_view other) {
  const auto a = with_array_texts(sql_tokens(qualified)), b = with_array_texts(sql_tokens(other));
  const auto is_dot = [](const SqlToken& t) { return t.kind == SqlToken::Kind::other && t.text == "."; };
  std::size_t i = 0, j = 0;
  while (i < a.size()) {
    const bool has_schema = i + 2 < a.size() && a[i].kind == SqlToken::Kind::name && is_dot(a[i + 1]);
    const bool stands_alone = j < b.size() && (j + 1 >= b.size() || !is_dot(b[j + 1]));
    if (has_schema && stands_alone && a[i + 2] == b[j]) i += 2;
    if (j >= b.size() || !(a[i] == b[j])) return false;
    ++i;
    ++j;
  }
  return j == b.size();
}

}  // namespace plinth
