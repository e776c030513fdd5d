#include "engine/sql/mentioned_names.h"

#include "engine/sql/scan.h"

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

// The text of the string literal that a call is given, `nextval('public.s'::regclass)`; empty where it is none.
std::string literal_argument(std::string_view sql, std::size_t open) {
  const std::size_t start = open + 1;
  if (start >= sql.size() || sql[start] != '\'') return {};
  const std::size_t end = skip_quoted(sql, start);
  std::string out;
  for (std::size_t i = start + 1; i + 1 < end; ++i) {
    out.push_back(sql[i]);
    if (sql[i] == '\'') ++i;
  }
  return out;
}

}  // namespace

std::vector<MentionedName> mentioned_names(std::string_view sql) {
  std::vector<MentionedName> out;
  for (std::size_t i = 0; i < sql.size();) {
    const std::size_t end = skip_name(sql, i);
    if (end == i) {
      i = std::max(skip_quoted(sql, i), i + 1);
      continue;
    }
    const std::string_view name = sql.substr(i, end - i);
    const bool is_type = i >= 2 && sql.substr(i - 2, 2) == "::";
    if (end < sql.size() && sql[end] == '(' && !is_type && !starts_with_digit(name)) {
      out.push_back({NamedKind::function, std::string(name)});
      if (name == "nextval") {
        std::string sequence = literal_argument(sql, end);
        if (!sequence.empty()) out.push_back({NamedKind::relation, std::move(sequence)});
      }
    }
    i = end;
  }
  return out;
}

}  // namespace plinth
