#pragma once
// JavaScript expressions as documents that know where they may break, laid out the way Prettier 3 does it with single
// quotes and 100 columns: what fits on a line stays on a line.
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/json.h"

namespace plinth::js {

/// A piece of source text. Build it with the functions below; `lay_out` prints it.
struct Doc {
  enum class Kind {
    text,
    concat,
    indent,
    group,      // flat when it fits, else every line of it breaks
    line,       // a space, or a new line
    soft_line,  // nothing, or a new line
    hard_line,  // always a new line
    if_broken,  // its text only where the group is broken
    hug         // a call: flat, else with its last argument broken, else an argument a line; the first part is `f(`
  };
  /// What an expression is, where Prettier's rules ask.
  enum class Shape { other, string, object, array };

  Kind kind = Kind::text;
  std::string content;
  std::vector<Doc> parts;
  bool breaks = false;  // something in it must break
  Shape shape = Shape::other;
  std::size_t members = 0;  // of an object or array
  std::size_t flat = 0;     // characters on one line, with every string in double quotes; not kept for calls
};

/// A member of an object literal. Comments stand on lines of their own above it.
struct Property {
  std::string key;
  Doc value;
  std::vector<std::string> comments = {};
};

Doc text(std::string_view source);
/// A string literal in the quotes that need fewer escapes.
Doc string(std::string_view value);
Doc array(std::vector<Doc> elements);
Doc strings(const std::vector<std::string>& values);
/// `broken` objects take a line a member even when they would fit on one.
Doc object(std::vector<Property> members, bool broken = false);
/// An object of plain values. Longer than 80 characters it takes a line a member.
Doc data(std::vector<Property> members);
Doc call(std::string_view callee, std::vector<Doc> arguments);
/// `() => body`
Doc closure(Doc body);
/// `{ a, b }` of an import.
Doc braces(const std::vector<std::string>& names);
/// `head.a().b()`, a line each link.
Doc chain(std::string_view head, const std::vector<std::string>& links);
/// A JSON value; its objects are `data`. O(value).
Doc json(const Json& value);
Doc json_text(std::string_view text);
/// `before`, the expression, `after`.
Doc between(std::string_view before, Doc expression, std::string_view after);

/// `.name`, or `['na-me']`.
std::string member(std::string_view name);

// What the functions above are made of, for documents of other languages that Prettier lays out.
Doc concat(std::vector<Doc> parts);
Doc indent(std::vector<Doc> parts);
Doc group(std::vector<Doc> parts);
Doc line();
Doc soft_line();
Doc hard_line();
/// A text that stands only where its group is broken.
Doc if_broken(std::string_view source);
/// A list of documents. Not an initializer list, which would copy whole documents.
template <class... D>
std::vector<Doc> list(D... docs) {
  std::vector<Doc> out;
  out.reserve(sizeof...(docs));
  (out.push_back(std::move(docs)), ...);
  return out;
}
/// Whether a name can stand as a key without quotes.
bool is_identifier(std::string_view name);

/// The text of a document that starts in column `column`, without a new line at the end; its broken lines are indented
/// from there. O(document), and O(width) more for each group.
std::string lay_out(const Doc& doc, std::size_t column = 0);

}  // namespace plinth::js
