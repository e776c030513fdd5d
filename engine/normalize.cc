#include "engine/normalize.h"

#include <array>
#include <cstdlib>

#include "engine/canonical.h"
#include "engine/scan.h"
#include "engine/sql_literal.h"
#include "engine/timestamp.h"
#include "engine/type_name.h"

namespace plinth {
namespace {

Default literal(std::string json_text) { return {Default::Kind::literal, std::move(json_text)}; }
Default expression(std::string_view text) { return {Default::Kind::expression, std::string(text)}; }

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
  if (normalize_expression(without_casts(text)) == "null") return {};
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

}  // namespace plinth
