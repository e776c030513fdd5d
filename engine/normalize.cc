#include "engine/normalize.h"

#include <array>
#include <cstdlib>

#include "engine/canonical.h"
#include "engine/scan.h"
#include "engine/timestamp.h"
#include "engine/type_name.h"

namespace plinth {
namespace {

Default literal(std::string json_text) { return {Default::Kind::literal, std::move(json_text)}; }
Default expression(std::string_view text) { return {Default::Kind::expression, std::string(text)}; }

// `'it''s'` or `E'a\\b'` at the start of the text: its value, and how many characters it took. 0: no string there.
std::size_t read_string_literal(std::string_view sql, std::string& out) {
  std::size_t start = 0;
  const bool escapes = sql.size() > 1 && (sql[0] == 'E' || sql[0] == 'e') && sql[1] == '\'';
  if (escapes) start = 1;
  if (start >= sql.size() || sql[start] != '\'') return 0;
  const std::size_t end = skip_quoted(sql, start);
  out.clear();
  for (std::size_t i = start + 1; i + 1 < end; ++i) {
    if (sql[i] == '\'' || (escapes && sql[i] == '\\')) ++i;
    out += sql[i];
  }
  return end;
}

// What follows a literal must be nothing but casts: `::character varying(20)`, `::public.mood`.
bool only_casts(std::string_view rest) {
  rest = trim(rest);
  if (rest.empty()) return true;
  if (!rest.starts_with("::")) return false;
  for (std::size_t i = 0; i < rest.size();) {
    if (const std::size_t end = skip_quoted(rest, i); end != i) {
      i = end;
      continue;
    }
    const char c = rest[i];
    if (!is_word_char(c) && c != ':' && c != ' ' && c != '(' && c != ')' && c != ',' && c != '[' && c != ']' &&
        c != '.') {
      return false;
    }
    ++i;
  }
  return true;
}

bool is_number(std::string_view s) {
  if (!s.empty() && (s.front() == '-' || s.front() == '+')) s.remove_prefix(1);
  bool digits = false, dot = false;
  for (const char c : s) {
    if (c >= '0' && c <= '9') {
      digits = true;
    } else if (c == '.' && !dot) {
      dot = true;
    } else {
      return false;
    }
  }
  return digits;
}

// `-0.50` → `-0.5`, `007` → `7`, `5.` → `5`: one text for one number, of any size.
std::string canonical_number(std::string_view s) {
  const bool negative = s.front() == '-';
  if (s.front() == '-' || s.front() == '+') s.remove_prefix(1);
  std::string whole(s.substr(0, s.find('.')));
  std::string fraction = s.find('.') == std::string_view::npos ? "" : std::string(s.substr(s.find('.') + 1));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.empty()) whole = "0";
  std::string out = fraction.empty() ? whole : whole + "." + fraction;
  return negative && out != "0" ? "-" + out : out;
}

std::string element_type(std::string_view type) {
  TypeName t = parse_type(type);
  t.array = false;
  return t.text();
}

std::string json_of_text(const std::string& value, std::string_view type);

// `{a,"b c",NULL}` as a JSON array of the element type; nothing when it is nested or malformed.
std::optional<std::string> array_literal(std::string_view text, std::string_view type) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return {};
  text = text.substr(1, text.size() - 2);
  const std::string element = element_type(type);
  std::string out;
  while (!text.empty()) {
    std::string value;
    std::size_t i = 0;
    bool quoted = false;
    if (text.front() == '"') {
      quoted = true;
      for (i = 1; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        value += text[i];
      }
      ++i;
    } else {
      for (; i < text.size() && text[i] != ','; ++i) {
        if (text[i] == '{') return {};
        value += text[i];
      }
    }
    if (!out.empty()) out += ",";
    out += !quoted && value == "NULL" ? "null" : json_of_text(value, element);
    text.remove_prefix(std::min(i, text.size()));
    if (!text.empty()) text.remove_prefix(1);
  }
  return "[" + out + "]";
}

std::optional<std::string> json_document(const std::string& text) {
  try {
    return canonical_json(*json::parse(text, Code::engine_internal));
  } catch (const Error&) {
    return {};
  }
}

// The text of a value in its type, as canonical JSON.
std::string json_of_text(const std::string& value, std::string_view type) {
  const TypeName t = parse_type(type);
  if (t.array) {
    if (auto array = array_literal(value, type)) return *array;
  } else if (is_number_type(t.base) && is_number(value)) {
    return canonical_number(value);
  } else if (is_json_type(t.base)) {
    if (auto document = json_document(value)) return *document;
  } else if (t.base == "bool") {
    if (value == "t" || value == "true") return "true";
    if (value == "f" || value == "false") return "false";
  } else if (auto instant = canonical_timestamp(value, t.base)) {
    return json::quote(*instant);
  }
  return json::quote(value);
}

// `ARRAY['a'::text, 'b'::text]` as a JSON array; nothing when an element is no literal.
std::optional<std::string> array_constructor(std::string_view text, std::string_view type) {
  constexpr std::string_view word = "array[";
  if (text.size() < word.size() || normalize_expression(text.substr(0, word.size())) != word) return {};
  const std::size_t end = skip_parenthesis(text, word.size() - 1);
  if (end == std::string_view::npos || !only_casts(text.substr(end))) return {};
  std::string out;
  bool literals = true;
  split_top_level(text.substr(word.size(), end - word.size() - 1), ',', [&](std::string_view element) {
    const auto value = normalize_default(element, element_type(type));
    if (value && value->kind == Default::Kind::expression) literals = false;
    if (!out.empty()) out += ",";
    out += value ? value->value : "null";
  });
  if (!literals) return {};
  return "[" + out + "]";
}

struct Synonym {
  std::string_view text, meaning;
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
    {"uuid_generate_v4()", "gen_random_uuid()"},
    {"public.uuid_generate_v4()", "gen_random_uuid()"},
    {"public.gen_random_uuid()", "gen_random_uuid()"},
});

std::optional<Default> literal_default(std::string_view text, std::string_view type) {
  const std::string lower = normalize_expression(text);
  if (lower == "true" || lower == "false") return literal(lower);
  std::string value;
  if (const std::size_t used = read_string_literal(text, value); used > 0 && only_casts(text.substr(used))) {
    return literal(json_of_text(value, type));
  }
  const std::size_t cast = std::min(text.find("::"), text.size());
  const std::string_view number = unwrap(text.substr(0, cast));
  if (is_number(number) && only_casts(text.substr(cast))) {
    return literal(is_text_type(type) ? json::quote(number) : canonical_number(number));
  }
  if (const auto array = array_constructor(text, type)) return literal(*array);
  return {};
}

}  // namespace

std::optional<Default> normalize_default(std::string_view sql_text, std::string_view type) {
  const std::string_view text = unwrap(sql_text);
  const std::string lower = normalize_expression(text);
  if (lower == "null" || (lower.starts_with("null::") && only_casts(text.substr(4)))) return {};
  if (auto found = literal_default(text, type)) return found;
  for (const auto& s : synonyms) {
    if (lower == normalize_expression(s.text)) return expression(s.meaning);
  }
  return expression(text);
}

std::optional<Default> normalize_literal(const JsonText& value, std::string_view type) {
  const auto doc = json::parse(value.text, Code::engine_internal);
  const TypeName t = parse_type(type);
  switch (json::type(*doc)) {
    case json::Type::null: return {};
    case json::Type::string: {
      const std::string text = json::read_string(*doc, JsonPath::root(Code::engine_internal, "default"));
      return literal(json_of_text(text, type));
    }
    case json::Type::number: {
      const std::string text = canonical_json(*doc);
      if (is_number(text)) return literal(is_text_type(t.base) ? json::quote(text) : canonical_number(text));
      return literal(text);
    }
    case json::Type::boolean:
    case json::Type::array:
    case json::Type::object: return literal(canonical_json(*doc));
  }
  return {};
}

std::optional<Membership> parse_membership(std::string_view check_expression) {
  std::string_view text = unwrap(check_expression);
  Membership out;
  // The column: an identifier, possibly cast to text by the server: `(role)::text`.
  const auto strip_casts = [](std::string_view operand) {
    operand = unwrap(operand);
    for (std::size_t i = 0; i < operand.size();) {
      if (const std::size_t end = skip_quoted(operand, i); end != i) {
        i = end;
      } else if (operand[i] == '(' || operand[i] == '[') {
        const std::size_t close = skip_parenthesis(operand, i);
        i = close == std::string_view::npos ? operand.size() : close;
      } else if (operand[i] == ':' && only_casts(operand.substr(i))) {
        return unwrap(operand.substr(0, i));
      } else {
        ++i;
      }
    }
    return operand;
  };
  std::size_t split = std::string_view::npos;
  std::string_view list;
  for (std::size_t i = 0; i < text.size() && split == std::string_view::npos;) {
    if (const std::size_t end = skip_quoted(text, i); end != i) {
      i = end;
    } else if (text[i] == '(') {
      const std::size_t close = skip_parenthesis(text, i);
      if (close == std::string_view::npos) return {};
      i = close;
    } else if (text[i] == '=') {
      split = i;
      list = trim(text.substr(i + 1));
    } else if (i > 0 && is_blank(text[i - 1]) && normalize_expression(text.substr(i, 2)) == "in" &&
               i + 2 < text.size() && (is_blank(text[i + 2]) || text[i + 2] == '(')) {
      split = i;
      list = trim(text.substr(i + 2));
    } else {
      ++i;
    }
  }
  if (split == std::string_view::npos || list.empty()) return {};
  const std::string_view column = strip_casts(text.substr(0, split));
  if (column.empty()) return {};
  if (column.front() == '"') {
    if (skip_quoted(column, 0) != column.size()) return {};
    for (std::size_t i = 1; i + 1 < column.size(); ++i) {
      if (column[i] == '"') ++i;
      out.column += column[i];
    }
  } else {
    if (!std::all_of(column.begin(), column.end(), is_word_char)) return {};
    if (column.front() >= '0' && column.front() <= '9') return {};
    out.column = column;
  }
  // The values: `ANY (ARRAY[…])`, `ANY ((ARRAY[…])::text[])`, `('a', 'b')`, or one value.
  if (list.size() > 3 && normalize_expression(list.substr(0, 3)) == "any") {
    list = strip_casts(unwrap(list.substr(3)));
    constexpr std::size_t word = 6;  // ARRAY[
    if (list.size() <= word || normalize_expression(list.substr(0, word)) != "array[" ||
        skip_parenthesis(list, word - 1) != list.size()) {
      return {};
    }
    list = list.substr(word, list.size() - word - 1);
  } else {
    list = unwrap(list);
  }
  bool literals = true;
  split_top_level(list, ',', [&](std::string_view element) {
    std::string_view operand = strip_casts(element);
    std::string value;
    if (const std::size_t used = read_string_literal(operand, value); used == operand.size() && used > 0) {
      out.values.push_back(value);
    } else if (is_number(operand)) {
      out.values.push_back(canonical_number(operand));
    } else {
      literals = false;
    }
  });
  if (!literals || out.values.empty()) return {};
  return out;
}

}  // namespace plinth
