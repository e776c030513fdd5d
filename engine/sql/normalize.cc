#include "engine/sql/normalize.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>

#include "engine/json/canonical.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/timestamp.h"
#include "engine/sql/type_name.h"

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
std::optional<std::string> json_document(const std::string& text);

std::size_t characters(std::string_view text) {
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_continuation));
}

// Whether a cast to a type with a length keeps a text as it is: it is not cut, and no blanks are stripped from it.
bool fits(std::string_view value, const TypeName& to) {
  if (!is_number(to.modifier)) return false;
  const auto most = static_cast<std::size_t>(std::strtoul(to.modifier.c_str(), nullptr, 10));
  if (to.base == "bit") return characters(value) == most;
  if (to.base == "bit varying" || to.base == "character varying") return characters(value) <= most;
  if (to.base == "character" || to.base == "bpchar") return characters(value) <= most && !value.ends_with(' ');
  return false;
}

// Reads `{a,"b c",{NULL}}` as a JSON array of the element type.
class ArrayText {
 public:
  ArrayText(std::string_view text, std::string_view type) : text_(trim(text)), element_(element_type(type)) {}

  /// Nothing when the text is malformed.
  std::optional<std::string> read() {
    std::string out;
    return array(out) && at_ == text_.size() ? std::optional(out) : std::nullopt;
  }
  /// Whether the type keeps all elements that were read as they are.
  bool elements_fit() const { return fit_; }

 private:
  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  bool array(std::string& out) {
    constexpr int most_dimensions = 6;  // of the server
    if (!take('{') || depth_ == most_dimensions) return false;
    ++depth_;
    out += "[";
    if (!take('}')) {
      do {
        if (out.back() != '[') out += ",";
        if (!element(out)) return false;
      } while (take(','));
      if (!take('}')) return false;
    }
    out += "]";
    --depth_;
    return true;
  }
  bool element(std::string& out) {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '{') return array(out);
    std::string value;
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    const std::string_view ends = quoted ? "\"" : ",}";
    for (at_ += quoted ? 1 : 0; at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_];
    }
    if (at_ == text_.size()) return false;
    at_ += quoted ? 1 : 0;
    if (!quoted) value.erase(trim(value).size());  // blanks in front are skipped already
    const bool is_null = !quoted && value == "NULL";
    if (!is_null && is_json_type(element_) && !json_document(value)) return false;
    fit_ = fit_ && (is_null || fits(value, parse_type(element_)));
    out += is_null ? "null" : json_of_text(value, element_);
    return true;
  }

  std::string_view text_;
  std::string element_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool fit_ = true;
};

bool elements_fit(std::string_view value, const TypeName& to) {
  ArrayText array(value, to.text());
  return array.read() && array.elements_fit();
}

// The digits of a number without zeros at either end, and the power of ten behind the last of them.
std::pair<std::string, long> decimal(std::string_view number) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  long exponent = e < number.size() ? std::strtol(std::string(number.substr(e + 1)).c_str(), nullptr, 10) : 0;
  const std::string_view mantissa = number.substr(0, e);
  if (const std::size_t point = mantissa.find('.'); point != std::string_view::npos) {
    exponent -= static_cast<long>(mantissa.size() - point - 1);
  }
  std::string digits;
  std::copy_if(mantissa.begin(), mantissa.end(), std::back_inserter(digits), is_digit);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  for (; digits.ends_with('0'); ++exponent) digits.pop_back();
  return {digits, digits.empty() ? 0 : exponent};
}

// Whether JSON readers, which hold numbers as doubles, keep every number of a text.
bool keeps_numbers(std::string_view json_text) {
  for (std::size_t i = 0; i < json_text.size();) {
    if (json_text[i] == '"') {
      for (++i; i < json_text.size() && json_text[i] != '"'; ++i) i += json_text[i] == '\\' ? 1 : 0;
      ++i;
    } else if (is_digit(json_text[i])) {
      const std::size_t end = std::min(json_text.find_first_not_of("+-.0123456789eE", i), json_text.size());
      const std::string number(json_text.substr(i, end - i));
      const double value = std::strtod(number.c_str(), nullptr);
      std::array<char, 32> shortest{};
      const auto last = std::to_chars(shortest.begin(), shortest.end(), value, std::chars_format::scientific).ptr;
      const std::string_view text(shortest.data(), static_cast<std::size_t>(last - shortest.data()));
      if (!std::isfinite(value) || decimal(number) != decimal(text)) return false;
      i = end;
    } else {
      ++i;
    }
  }
  return true;
}

// Nothing for a text that is none, or that JSON readers would change.
std::optional<std::string> json_document(const std::string& text) {
  if (!keeps_numbers(text)) return {};
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
    if (auto array = ArrayText(value, type).read()) return *array;
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

// Whether a limit of the type rounds values, where another would refuse them.
bool rounds(std::string_view base) {
  return base == "numeric" || base == "interval" || base == "time" || base == "timetz" || base == "timestamp" ||
         base == "timestamptz";
}

// Whether a cast of a number without quotes gives the same number.
bool number_survives(const std::string& number, const TypeName& to) {
  if (to.base == "bit" || to.base == "bit varying") return false;  // its bits
  const auto digits = std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (to.base == "float4") return digits <= std::numeric_limits<float>::digits10;
  if (to.base == "float8") return digits <= std::numeric_limits<double>::digits10;
  const bool is_integer = is_number_type(to.base) && to.base != "numeric";
  return !is_integer || number.find('.') == std::string::npos;
}

// Whether casts leave a value as it is: those to a type with a length cut a longer text, those with a precision round.
// A cast to the type of the column itself rounds as storing the value does.
bool casts_keep(std::string_view casts, const std::string& value, std::string_view column_type, bool is_digits) {
  const std::string element = element_type(column_type);
  for (std::size_t start = casts.find("::"); start != std::string_view::npos;) {
    const std::size_t next = casts.find("::", start + 2);
    const std::string_view cast = trim(casts.substr(start + 2, std::min(next, casts.size()) - start - 2));
    start = next;
    const TypeName to = parse_type(normalize_type(cast));
    if (is_digits && !number_survives(value, to)) return false;
    if (cast.find('(') == std::string_view::npos) continue;
    const bool kept = to.array ? elements_fit(value, to) : fits(value, to);
    if (!kept && !(rounds(to.base) && element_type(to.text()) == element)) return false;
  }
  return true;
}

// A numeric without a scale of its own keeps the one that a value is written with.
bool is_numeric(std::string_view type) { return type == "numeric"; }
std::string number_text(std::string_view number, std::string_view type) {
  return is_numeric(type) ? scaled_number(number) : canonical_number(number);
}

std::optional<Default> literal_default(std::string_view text, std::string_view type) {
  const std::string lower = normalize_expression(text);
  if (lower == "true" || lower == "false") return literal(lower);
  std::string value;
  if (const std::size_t used = read_string_literal(text, value); used > 0 && only_casts(text.substr(used))) {
    if (!casts_keep(text.substr(used), value, type, false)) return {};
    if (is_json_type(type) && !json_document(value)) return {};
    return literal(is_numeric(type) && is_number(value) ? scaled_number(value) : json_of_text(value, type));
  }
  const std::size_t cast = std::min(text.find("::"), text.size());
  const std::string_view number = unwrap(text.substr(0, cast));
  if (is_number(number) && only_casts(text.substr(cast)) &&
      casts_keep(text.substr(cast), std::string(number), type, true)) {
    return literal(is_text_type(type) ? json::quote(number) : number_text(number, type));
  }
  if (const auto array = array_constructor(text, type)) return literal(*array);
  return {};
}

}  // namespace

std::optional<Default> normalize_default(std::string_view sql_text, std::string_view type) {
  const std::string_view text = unwrap(sql_text);
  if (normalize_expression(without_casts(text)) == "null") return {};
  if (auto found = literal_default(text, type)) return found;
  return expression(text);
}

std::optional<Default> normalize_literal(const JsonText& value, std::string_view type) {
  const auto doc = json::parse(value.text, Code::engine_internal);
  const TypeName t = parse_type(type);
  switch (json::type(*doc)) {
    case json::Type::null: return is_json_type(type) ? std::optional(literal("null")) : std::nullopt;
    case json::Type::string: {
      const std::string text = json::read_string(*doc, JsonPath::root(Code::engine_internal, "default"));
      if (is_numeric(type) && is_number(text)) return literal(scaled_number(text));
      return literal(is_json_type(type) ? json::quote(text) : json_of_text(text, type));
    }
    case json::Type::number: {
      const bool exact = t.base == "numeric" && !t.array;
      const std::string text = exact ? without_exponent(canonical_json(*doc)) : canonical_json(*doc);
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
