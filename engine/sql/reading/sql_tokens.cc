#include "engine/sql/reading/sql_tokens.h"

#include <algorithm>

#include "engine/sql/expression.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/sql.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

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

// Keywords that are also the names of the types for which they stand.
constexpr std::string_view type_keywords[] = {"interval", "json", "numeric", "time", "timestamp", "varchar"};

SqlToken quoted_name(std::string_view quoted) {
  std::string name = truncate_identifier(unquoted(quoted));
  const bool is_type = std::find(std::begin(type_keywords), std::end(type_keywords), name) != std::end(type_keywords);
  const bool needed = !is_type && quote_if_needed(name) != name;
  return {SqlToken::Kind::name, std::move(name), needed};
}
bool is_operator_char(char c) { return std::string_view("+-*/<>=~!@#%^&|`?").find(c) != std::string_view::npos; }

// The end of a number that starts at `at`: digits, a fraction, an exponent.
std::size_t skip_number(std::string_view sql, std::size_t at) {
  const auto run = [&] {
    while (at < sql.size() && is_word_char(sql[at])) ++at;
  };
  run();
  if (at < sql.size() && sql[at] == '.') {
    ++at;
    run();
  }
  const bool exponent = at > 0 && (sql[at - 1] == 'e' || sql[at - 1] == 'E');
  if (exponent && at + 1 < sql.size() && (sql[at] == '+' || sql[at] == '-') && is_digit(sql[at + 1])) {
    ++at;
    run();
  }
  return at;
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
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
bool read_array(const Tokens& tokens, std::size_t& at, std::string& out, int dimensions = 1) {
  constexpr int most_dimensions = 6;  // of the server
  if (!is_sign(tokens, at, "[") || dimensions > most_dimensions) return false;
  out += "{";
  for (++at; at < tokens.size() && !is_sign(tokens, at, "]");) {
    if (out.back() != '{') out += ",";
    if (is_sign(tokens, at, "-")) out += tokens[at++].text;
    if (at >= tokens.size()) return false;
    const SqlToken& token = tokens[at];
    const bool signs = out.back() == '-';
    if (token.kind == SqlToken::Kind::number) {
      out += token.text;
      ++at;
    } else if (!signs && token.kind == SqlToken::Kind::string) {
      out += quoted_array_element(token.text);
      ++at;
    } else if (!signs && token.kind == SqlToken::Kind::name && token.text == "array" && is_sign(tokens, at + 1, "[")) {
      if (!read_array(tokens, ++at, out, dimensions + 1)) return false;
    } else if (!signs && token.kind == SqlToken::Kind::name &&
               (token.text == "null" || token.text == "true" || token.text == "false")) {
      out += token.text == "null" ? "NULL" : token.text;
      ++at;
    } else {
      return false;
    }
    if (is_sign(tokens, at, ",")) {
      ++at;
    } else if (!is_sign(tokens, at, "]")) {
      return false;
    }
  }
  out += "}";
  return at++ < tokens.size();
}

// Reads a cast to an array type, as `::public.mood[]` or `::character varying(5)[]`, which stands at `at`; `at` is
// moved behind it. Nothing where none does.
std::string read_array_cast(const Tokens& tokens, std::size_t& at) {
  if (!is_sign(tokens, at, ":") || !is_sign(tokens, at + 1, ":")) return {};
  std::string type;
  std::size_t end = at + 2;
  for (; end < tokens.size() && !is_sign(tokens, end, "["); ++end) {
    const SqlToken& t = tokens[end];
    const bool is_part = t.kind == SqlToken::Kind::name || t.kind == SqlToken::Kind::number || t.text == "." ||
                         t.text == "(" || t.text == ")" || t.text == ",";
    if (t.kind == SqlToken::Kind::string || !is_part) return {};
    const bool follows_name = end > at + 2 && tokens[end - 1].kind == SqlToken::Kind::name;
    if (follows_name && t.kind == SqlToken::Kind::name) type += " ";
    type += t.quoted ? quote_if_needed(t.text) : t.text;
  }
  if (!is_sign(tokens, end, "[") || !is_sign(tokens, end + 1, "]")) return {};
  constexpr std::string_view usual = "public.";
  if (type.starts_with(usual)) type.erase(0, usual.size());
  at = end + 2;
  return normalize_type(type);
}

/// A token, and for an array of constants the type to which it is cast, where it is.
struct Word {
  SqlToken token;
  std::string array_type = {};
  bool says(const Word& o) const {
    return token == o.token && (array_type == o.array_type || array_type.empty() || o.array_type.empty());
  }
};

// Arrays of constants in one spelling: the text of the array, with its type beside it.
std::vector<Word> words_of(std::string_view sql) {
  const Tokens tokens = sql_tokens(sql);
  std::vector<Word> out;
  for (std::size_t i = 0; i < tokens.size();) {
    SqlToken array{SqlToken::Kind::string, {}};
    std::size_t end = i + 1;
    const bool constructed =
        tokens[i].kind == SqlToken::Kind::name && tokens[i].text == "array" && read_array(tokens, end, array.text);
    const bool written = tokens[i].kind == SqlToken::Kind::string && tokens[i].text.starts_with('{');
    Word& word = out.emplace_back(Word{constructed ? array : tokens[i]});
    i = constructed ? end : i + 1;
    if (constructed || written) word.array_type = read_array_cast(tokens, i);
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
      out.push_back(name ? quoted_name(quoted) : SqlToken{SqlToken::Kind::other, std::string(quoted)});
      i = end;
    } else if (is_digit(sql[i])) {
      const std::size_t last = skip_number(sql, i);
      out.push_back({SqlToken::Kind::number, lower(sql.substr(i, last - i))});
      i = last;
    } else if (is_word_char(sql[i])) {
      std::size_t last = i;
      while (last < sql.size() && is_word_char(sql[last])) ++last;
      add_word(out, sql.substr(i, last - i));
      i = last;
    } else if (is_operator_char(sql[i])) {
      std::size_t last = i + 1;
      while (last < sql.size() && is_operator_char(sql[last]) && skip_comment(sql, last) == last) ++last;
      out.push_back({SqlToken::Kind::other, std::string(sql.substr(i, last - i))});
      i = last;
    } else {
      out.push_back({SqlToken::Kind::other, std::string(1, sql[i++])});
    }
  }
  while (!out.empty() && out.back().text == ";" && out.back().kind == SqlToken::Kind::other) out.pop_back();
  return out;
}

bool same_statement(std::string_view qualified, std::string_view other) {
  const std::vector<Word> a = words_of(qualified), b = words_of(other);
  const auto is_dot = [](const Word& w) { return w.token.kind == SqlToken::Kind::other && w.token.text == "."; };
  const auto is_usual_schema = [](const Word& w) {
    return w.token.kind == SqlToken::Kind::name && (w.token.text == "public" || w.token.text == "pg_catalog");
  };
  std::size_t i = 0, j = 0;
  while (i < a.size()) {
    const bool has_schema = i + 2 < a.size() && is_usual_schema(a[i]) && is_dot(a[i + 1]);
    const bool stands_alone = j < b.size() && (j + 1 >= b.size() || !is_dot(b[j + 1]));
    if (has_schema && stands_alone && a[i + 2].says(b[j])) i += 2;
    if (j >= b.size() || !a[i].says(b[j])) return false;
    ++i;
    ++j;
  }
  return j == b.size();
}

}  // namespace plinth
