#pragma once
// JSON documents. Their trees (json_tree.h) are seen by json.cc and canonical.cc alone, the library by json.cc.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/error.h"

namespace plinth {

class Json;

namespace json {
struct Delete {
  void operator()(Json* j) const;
};
/// A document that owns its tree.
using Owned = std::unique_ptr<Json, Delete>;
enum class Type { null, boolean, number, string, array, object };
}  // namespace json

/// A piece of JSON that the engine carries without looking inside, kept as compact text.
struct JsonText {
  std::string text = "null";
  bool operator==(const JsonText&) const = default;
};

/// Where we are in a document, for messages such as `storage.namespaces.public.entries.table.users.columns.id: …`.
/// The root says which error to raise and which file was read.
struct JsonPath {
  const JsonPath* up = nullptr;
  std::string_view key;
  int index = -1;
  Code code = Code::rpc_invalid_params;
  std::string_view file;

  static JsonPath root(Code code, std::string_view key, std::string_view file = {}) {
    return {nullptr, key, -1, code, file};
  }
  JsonPath member(std::string_view name) const { return {this, name, -1, code, file}; }
  JsonPath element(int i) const { return {this, {}, i, code, file}; }
  std::string text() const;
  [[noreturn]] void fail(const std::string& problem) const;
};

namespace json {
/// Parses one document. Refuses duplicate keys, nesting deeper than 256 and bytes that are not UTF-8.
/// Throws `Error(code)` that names the line and column. O(text).
Owned parse(std::string_view text, Code code, std::string_view file = {});
Owned null();
Type type(const Json&);
std::string_view type_name(const Json&);
bool is_empty(const Json&);                                    // an array or an object without elements
std::size_t size(const Json&);                                 // elements or members; 0 for other values
const Json* member(const Json& object, std::string_view key);  // nullptr when absent or not an object
std::string read_string(const Json&, const JsonPath&);
bool read_bool(const Json&, const JsonPath&);
double read_number(const Json&, const JsonPath&);
std::int64_t read_int(const Json&, const JsonPath&);  // refuses fractions and integers beyond 2^53
void each_element(const Json&, const JsonPath&, const std::function<void(const Json&, const JsonPath&)>&);
void each_member(const Json&, const JsonPath&,
                 const std::function<void(std::string_view, const Json&, const JsonPath&)>&);
void set(Json& out, std::string_view);
void set(Json& out, bool);
void set(Json& out, std::int64_t);
void set(Json& out, const Json& value);
void set_null(Json& out);
void set_text(Json& out, const std::string& json_text);  // parses
void make_object(Json& out);
void make_array(Json& out);
Json& push(Json& array);
Json& put(Json& object, std::string_view key);        // the caller guarantees that the key is new
Json& at_or_put(Json& object, std::string_view key);  // the member, null where it is new
/// Compact text; bytes that are not UTF-8 become U+FFFD.
std::string dump(const Json&);
/// A JSON string with quotes.
std::string quote(std::string_view);
}  // namespace json

}  // namespace plinth
