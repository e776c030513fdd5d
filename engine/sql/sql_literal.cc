#include "engine/sql/sql_literal.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "engine/sql/reading/scan.h"

namespace plinth {

std::size_t read_string_literal(std::string_view sql, std::string& out) {
  const bool escapes = sql.size() > 1 && (sql[0] == 'E' || sql[0] == 'e') && sql[1] == '\'';
  const std::size_t start = escapes ? 1 : 0;
  if (start >= sql.size() || sql[start] != '\'') return 0;
  const std::size_t end = skip_quoted(sql, start);
  out.clear();
  for (std::size_t i = start + 1; i + 1 < end; ++i) {
    if (sql[i] == '\'' || (escapes && sql[i] == '\\')) ++i;
    out += sql[i];
  }
  return end;
}

std::string quoted_array_element(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string array_literal(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const auto& v : values) {
    if (out.size() > 1) out += ',';
    out += quoted_array_element(v);
  }
  return out + "}";
}

bool only_casts(std::string_view text) {
  constexpr std::string_view punctuation = ": (),[].";
  text = trim(text);
  if (text.empty()) return true;
  if (!text.starts_with("::")) return false;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t end = skip_quoted(text, i); end != i) {
      i = end;
    } else if (is_word_char(text[i]) || punctuation.find(text[i]) != std::string_view::npos) {
      ++i;
    } else {
      return false;
    }
  }
  return true;
}

std::string_view without_casts(std::string_view operand) {
  operand = unwrap(operand);
  for (std::size_t i = 0; i < operand.size();) {
    if (const std::size_t end = skip_quoted(operand, i); end != i) {
      i = end;
    } else if (operand[i] == '(' || operand[i] == '[') {
      const std::size_t close = skip_parenthesis(operand, i);
      i = close == std::string_view::npos ? operand.size() : close;
    } else if (operand[i] == ':' && only_casts(operand.substr(i))) {
      return without_casts(operand.substr(0, i));
    } else {
      ++i;
    }
  }
  return operand;
}

std::optional<std::string> bytea_of_base64(std::string_view base64) {
  constexpr std::size_t group = 4, bytes_of_group = 3;
  constexpr std::string_view digits = "0123456789abcdef";
  if (base64.size() % group != 0) return {};
  std::vector<unsigned char> bytes(base64.size() / group * bytes_of_group + 1);
  const std::vector<unsigned char> text(base64.begin(), base64.end());
  if (EVP_DecodeBlock(bytes.data(), text.data(), static_cast<int>(text.size())) < 0) return {};
  const std::size_t padding = base64.size() - (base64.find_last_not_of('=') + 1);
  bytes.resize(base64.size() / group * bytes_of_group - std::min(padding, base64.size()));
  std::string out = "\\x";
  for (const unsigned char byte : bytes) out.append({digits[byte >> 4U], digits[byte & 15U]});
  return out;
}

std::optional<std::string> base64_of_bytea(std::string_view text) {
  constexpr int base = 16;
  constexpr std::size_t group = 4, bytes_of_group = 3;
  std::vector<unsigned char> bytes(text.begin(), text.end());
  if (text.starts_with("\\x")) {
    bytes.clear();
    text.remove_prefix(2);
    if (text.size() % 2 != 0) return {};
    for (; !text.empty(); text.remove_prefix(2)) {
      unsigned byte = 0;
      const auto [end, failed] = std::from_chars(text.data(), text.data() + 2, byte, base);
      if (failed != std::errc() || end != text.data() + 2) return {};
      bytes.push_back(static_cast<unsigned char>(byte));
    }
  } else if (text.find('\\') != std::string_view::npos) {
    return {};
  }
  std::vector<unsigned char> out((bytes.size() + 2) / bytes_of_group * group + 1);
  const int size = EVP_EncodeBlock(out.data(), bytes.data(), static_cast<int>(bytes.size()));
  return std::string(out.begin(), out.begin() + size);
}

bool is_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  return has_digit && text.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(text.begin(), text.end(), '.') <= 1;
}

std::string without_exponent(std::string_view number) {
  constexpr int largest = 10000;
  const std::size_t e = number.find_first_of("eE");
  if (e == std::string_view::npos || !is_number(number.substr(0, e))) return std::string(number);
  std::string_view text = number.substr(e + 1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  const bool readable = failed == std::errc() && end == text.data() + text.size();
  if (!readable || exponent > largest || exponent < -largest) return std::string(number);
  std::string_view mantissa = number.substr(0, e);
  const bool negative = mantissa.starts_with('-');
  if (negative || mantissa.starts_with('+')) mantissa.remove_prefix(1);
  const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
  std::string digits =
      std::string(mantissa.substr(0, dot)) + std::string(mantissa.substr(std::min(dot + 1, mantissa.size())));
  const int point = static_cast<int>(dot) + exponent;
  if (point <= 0) digits.insert(0, static_cast<std::size_t>(1 - point), '0');
  const auto whole = static_cast<std::size_t>(std::max(point, 1));
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  if (digits.size() > whole) digits.insert(whole, 1, '.');
  return (negative ? "-" : "") + digits;
}

std::string scaled_number(std::string_view number) {
  std::string out = canonical_number(number);
  const std::size_t dot = number.find('.'), kept = out.find('.');
  const std::size_t stated = dot == std::string_view::npos ? 0 : number.size() - dot - 1;
  const std::size_t left = kept == std::string::npos ? 0 : out.size() - kept - 1;
  if (stated > 0 && left == 0) out += '.';
  return out.append(stated - left, '0');
}

std::string canonical_number(std::string_view number) {
  const bool negative = number.front() == '-';
  if (number.front() == '-' || number.front() == '+') number.remove_prefix(1);
  const std::size_t dot = std::min(number.find('.'), number.size());
  std::string whole(number.substr(0, dot));
  std::string fraction(number.substr(std::min(dot + 1, number.size())));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.empty()) whole = "0";
  const std::string out = fraction.empty() ? whole : whole + "." + fraction;
  return negative && out != "0" ? "-" + out : out;
}

}  // namespace plinth
