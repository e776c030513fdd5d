#include "engine/sql/reading/mentioned_names.h"

#include <algorithm>

#include "engine/sql/reading/scan.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

// The end of `a.b."C"` that starts at `at`; `at` itself when no name does.
std::size_t skip_name(std::string_view sql, std::size_t at) {
  std::size_t end = at;
  for (;;) {
    std::size_t part = end;
    if (part < sql.size() && sql[part] == '"') {
      part = skip_quoted(sql, part);
    } else {
      while (part < sql.size() && is_word_char(sql[part])) ++part;
    }
    if (part == end) return at;
    end = part;
    if (end >= sql.size() || sql[end] != '.') return end;
    ++end;
  }
}

bool starts_with_digit(std::string_view name) { return !name.empty() && name.front() >= '0' && name.front() <= '9'; }

bool is_word(std::string_view name, std::string_view word) {
  return std::equal(name.begin(), name.end(), word.begin(), word.end(), [](char a, char b) { return (a | 0x20) == b; });
}

// Whether a name is the first word of a built-in type of several: `double precision`, `timestamp with time zone`.
bool starts_words(std::string_view name) {
  static constexpr std::string_view words[] = {"bit",      "character", "double",   "interval",
                                               "national", "time",      "timestamp"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view w) { return is_word(name, w); });
}

}  // namespace

std::vector<MentionedName> mentioned_names(std::string_view sql) {
  std::vector<MentionedName> out;
  bool has_query = false;  // names in front of a parenthesis may be aliases
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t quoted = skip_quoted(sql, i); quoted != i && sql[i] != '"') {
      i = quoted;
      continue;
    }
    const std::size_t end = skip_name(sql, i);
    if (end == i) {
      ++i;
      continue;
    }
    const std::string_view name = sql.substr(i, end - i);
    const bool is_type = i >= 2 && sql.substr(i - 2, 2) == "::";
    if (is_type && !starts_words(name) && !is_builtin_type(normalize_type(name)))
      out.push_back({NamedKind::type, std::string(name)});
    has_query = has_query || is_word(name, "select") || is_word(name, "values");
    if (end < sql.size() && sql[end] == '(' && !is_type && !starts_with_digit(name)) {
      out.push_back({NamedKind::function, std::string(name)});
      std::string sequence;
      if (name == "nextval") read_string_literal(sql.substr(end + 1), sequence);
      if (!sequence.empty()) out.push_back({NamedKind::relation, std::move(sequence)});
    }
    i = end;
  }
  if (has_query) {
    std::erase_if(out, [](const MentionedName& n) {
      return n.kind == NamedKind::function && n.text.find('.') == std::string::npos;
    });
  }
  return out;
}

}  // namespace plinth
