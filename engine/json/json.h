#pragma once
// Values of described types as JSON.
#include "engine/json/type_description.h"

namespace plinth {

namespace json {
/// Reads a value of the type into `out`, which holds one. Errors: the code of `at`, with the exact path. O(value).
void read_value(const TypeDescription& type, void* out, const Json& j, const JsonPath& at);
/// Writes a value; fields that have their defaults are left out. O(value).
void write_value(const TypeDescription& type, Json& out, const void* value);
/// The compact JSON text of a value. O(value).
std::string value_text(const TypeDescription& type, const void* value);
}  // namespace json

template <class T>
void decode(T& out, const Json& j, const JsonPath& at) {
  json::read_value(describe<T>(), &out, j, at);
}
template <class T>
void encode(Json& out, const T& v) {
  json::write_value(describe<T>(), out, &v);
}
/// The compact JSON text of a value.
template <class T>
std::string to_json(const T& v) {
  return json::value_text(describe<T>(), &v);
}
/// Reads a value from JSON text; throws `Error(code)` with the exact path.
template <class T>
T from_json(std::string_view text, Code code, std::string_view root, std::string_view file = {}) {
  auto doc = json::parse(text, code, file);
  T out{};
  decode(out, *doc, JsonPath::root(code, root, file));
  return out;
}
}  // namespace plinth
