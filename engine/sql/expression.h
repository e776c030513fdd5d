#pragma once
// SQL expressions as values: compared by what they say, not by how they are spaced, cased or parenthesised.
#include <string>
#include <string_view>

#include "engine/json/json.h"

namespace plinth {

/// An expression without redundant outer parentheses, its words in lower case and its spaces reduced, outside quotes.
std::string normalize_expression(std::string_view text);

/// What a default means, in the one spelling that stands for all that mean the same: `now()` for CURRENT_TIMESTAMP and
/// its kin, `gen_random_uuid()` for `uuid_generate_v4()`; the normal form of any other expression. Source: Prisma Next
/// 0.16.0, default comparison.
std::string default_meaning(std::string_view expression);

/// An SQL expression as it was written or as the server prints it; equal when the normal forms are.
struct Expression {
  std::string text;
  Expression() = default;
  Expression(std::string t) : text(std::move(t)) {}  // NOLINT(google-explicit-constructor): it is the text
  Expression(std::string_view t) : text(t) {}        // NOLINT(google-explicit-constructor)
  Expression(const char* t) : text(t) {}             // NOLINT(google-explicit-constructor)
  bool empty() const { return text.empty(); }
  bool operator==(const Expression& o) const {
    return text == o.text || normalize_expression(text) == normalize_expression(o.text);
  }
};

template <>
struct Shape<Expression> {
  static void read(Expression& out, const Json& j, const JsonPath& at) { out.text = json::read_string(j, at); }
  static void write(Json& out, const Expression& v) { json::set(out, std::string_view(v.text)); }
  static std::string ts() { return "string"; }
  static std::string schema() { return R"({"type":"string"})"; }
};

}  // namespace plinth
