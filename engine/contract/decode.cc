#include "engine/contract/decode.h"

#include <algorithm>
#include <cmath>

#include "engine/json/canonical.h"
#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

constexpr double max_exact_number = 9007199254740991;  // 2^53 - 1

void refuse_nul(std::string_view text, const JsonPath& at) {
  if (text.find('\0') != std::string_view::npos) at.fail("contains the character NUL, which Postgres cannot hold");
}

void check_literal(const Json& value, const JsonPath& at) {
  switch (json::type(value)) {
    case json::Type::number:
      if (std::abs(json::read_number(value, at)) > max_exact_number) {
        at.fail("a number of 2^53 or more may lose digits in JSON; state it as text or as an expression");
      }
      break;
    case json::Type::string: refuse_nul(json::read_string(value, at), at); break;
    case json::Type::array: json::each_element(value, at, check_literal); break;
    case json::Type::object:
      json::each_member(value, at, [](std::string_view key, const Json& v, const JsonPath& here) {
        refuse_nul(key, here);
        check_literal(v, here);
      });
      break;
    case json::Type::boolean:
    case json::Type::null: break;
  }
}

}  // namespace

Members::Members(const Json& object, const JsonPath& at, std::initializer_list<std::string_view> known)
    : object_(object), at_(at) {
  json::each_member(object, at, [&](std::string_view key, const Json&, const JsonPath& here) {
    if (std::find(known.begin(), known.end(), key) == known.end()) here.fail("unknown field");
  });
}

const Json& Members::required(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) at_.member(key).fail("missing");
  return *value;
}

void Members::expect(std::string_view key, std::string_view expected) const {
  std::string found;
  read(key, found);
  if (found != expected) at_.member(key).fail("expected " + json::quote(expected) + ", got " + json::quote(found));
}

void Members::read_identifier(std::string_view key, std::string& out) const {
  read(key, out);
  check_identifier(out, at_.member(key));
}

void Members::read_optional_identifier(std::string_view key, std::optional<std::string>& out) const {
  read_optional(key, out);
  if (out) check_identifier(*out, at_.member(key));
}

void check_expression(std::string_view sql, const JsonPath& at) {
  if (trim(sql).empty()) at.fail("cannot be empty");
  refuse_nul(sql, at);
  if (!is_one_expression(sql))
    at.fail(
        "is not one SQL expression: something is left open, or it holds ; or a comment, or a comma outside of "
        "brackets");
}

void check_key_list(std::string_view sql, const JsonPath& at) {
  if (trim(sql).empty() || trim(sql).ends_with(',')) check_expression({}, at);
  split_top_level(sql, ',', [&](std::string_view key) { check_expression(key, at); });
}

void check_name(std::string_view name, const JsonPath& at) {
  if (name.empty()) at.fail("an identifier cannot be empty");
  refuse_nul(name, at);
}

void check_identifier(std::string_view name, const JsonPath& at) {
  check_name(name, at);
  if (name.size() > max_identifier_bytes) {
    at.fail("the identifier has " + std::to_string(name.size()) + " bytes; Postgres keeps 63");
  }
}

JsonText read_literal(const Json& value, const JsonPath& at) {
  check_literal(value, at);
  return {stringify(value, 0)};
}

}  // namespace plinth
