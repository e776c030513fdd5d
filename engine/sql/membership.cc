// Checks that permit a list of values, as the server prints them.
#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/sql_literal.h"

namespace plinth {
namespace {

// `left = right` and `left IN right`.
struct Comparison {
  std::string_view left, right;
};

// `in` as a word of its own.
bool is_word_in(std::string_view text, std::size_t at) {
  return at > 0 && is_blank(text[at - 1]) && at + 2 < text.size() && normalize_expression(text.substr(at, 2)) == "in" &&
         (is_blank(text[at + 2]) || text[at + 2] == '(');
}

// Splits at the first operator outside of quotes and parentheses.
std::optional<Comparison> split_comparison(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t end = skip_quoted(text, i); end != i) {
      i = end;
    } else if (text[i] == '(') {
      const std::size_t close = skip_parenthesis(text, i);
      if (close == std::string_view::npos) return {};
      i = close;
    } else if (text[i] == '=') {
      return Comparison{text.substr(0, i), trim(text.substr(i + 1))};
    } else if (is_word_in(text, i)) {
      return Comparison{text.substr(0, i), trim(text.substr(i + 2))};
    } else {
      ++i;
    }
  }
  return {};
}

// The operand without casts that change no value, as the server adds them; `t::date` and `t::character varying(1)`
// stay.
std::string_view without_text_casts(std::string_view operand) {
  operand = unwrap(operand);
  const std::size_t cast = operand.rfind("::");
  if (cast == std::string_view::npos) return operand;
  const std::string type = normalize_expression(operand.substr(cast + 2));
  const bool keeps = type == "text" || type == "character varying" || type == "varchar" || type == "bpchar";
  return keeps ? without_text_casts(operand.substr(0, cast)) : operand;
}

// The identifier that an operand is, cast by the server or not: `(role)::text`, `"my col"`.
std::optional<std::string> column_name(std::string_view operand) {
  operand = without_text_casts(operand);
  if (operand.empty()) return {};
  if (operand.front() != '"') {
    const bool starts_with_digit = operand.front() >= '0' && operand.front() <= '9';
    if (starts_with_digit || !std::all_of(operand.begin(), operand.end(), is_word_char)) return {};
    return std::string(operand);
  }
  if (skip_quoted(operand, 0) != operand.size()) return {};
  std::string out;
  for (std::size_t i = 1; i + 1 < operand.size(); ++i) {
    if (operand[i] == '"') ++i;
    out += operand[i];
  }
  return out;
}

// What stands between the brackets of `ANY (ARRAY[…])`, `ANY ((ARRAY[…])::text[])`, `('a', 'b')`; one value as it is.
std::optional<std::string_view> list_text(std::string_view right) {
  constexpr std::string_view any = "any", array = "array[";
  if (right.size() <= any.size() || normalize_expression(right.substr(0, any.size())) != any) return unwrap(right);
  right = without_casts(right.substr(any.size()));
  if (right.size() <= array.size() || normalize_expression(right.substr(0, array.size())) != array ||
      skip_parenthesis(right, array.size() - 1) != right.size()) {
    return {};
  }
  return right.substr(array.size(), right.size() - array.size() - 1);
}

std::optional<std::string> literal_value(std::string_view element) {
  const std::string_view operand = without_casts(element);
  std::string out;
  if (const std::size_t used = read_string_literal(operand, out); used > 0 && used == operand.size()) return out;
  if (is_number(operand)) return canonical_number(operand);
  return {};
}

}  // namespace

std::optional<std::string> element_checked_column(std::string_view check_expression) {
  constexpr std::string_view function = "array_position(";
  const std::string_view text = unwrap(trim(check_expression));
  if (!text.starts_with(function)) return {};
  const std::size_t close = skip_parenthesis(text, function.size() - 1);
  if (close == std::string_view::npos || normalize_expression(text.substr(close)) != "is null") return {};
  std::vector<std::string_view> arguments;
  split_top_level(text.substr(function.size(), close - 1 - function.size()), ',',
                  [&](std::string_view argument) { arguments.push_back(trim(argument)); });
  if (arguments.size() != 2 || normalize_expression(without_casts(arguments[1])) != "null") return {};
  return column_name(arguments[0]);
}

std::optional<Membership> parse_membership(std::string_view check_expression) {
  const auto comparison = split_comparison(unwrap(check_expression));
  if (!comparison || comparison->right.empty()) return {};
  const auto column = column_name(comparison->left);
  const auto list = list_text(comparison->right);
  if (!column || !list) return {};
  Membership out{*column, {}};
  bool literals = true;
  split_top_level(*list, ',', [&](std::string_view element) {
    auto value = literal_value(element);
    literals = literals && value.has_value();
    if (value) out.values.push_back(std::move(*value));
  });
  if (!literals || out.values.empty()) return {};
  return out;
}

}  // namespace plinth
