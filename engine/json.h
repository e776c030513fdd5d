#pragma once
// JSON in and out. The library stays behind this header: json.cc and canonical.cc are the only files that see it whole.
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/error.h"
#include "engine/fields.h"

namespace plinth {

using Json = nlohmann::ordered_json;

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

/// How a type is read, written and named; the cases below are closed under composition.
template <class T>
struct Shape;

template <class T>
void decode(T& out, const Json& j, const JsonPath& at) {
  Shape<T>::read(out, j, at);
}
template <class T>
void encode(Json& out, const T& v) {
  Shape<T>::write(out, v);
}
/// The compact JSON text of a value.
template <class T>
std::string to_json(const T& v) {
  auto doc = json::null();
  encode(*doc, v);
  return json::dump(*doc);
}
/// Reads a value from JSON text; throws `Error(code)` with the exact path.
template <class T>
T from_json(std::string_view text, Code code, std::string_view root, std::string_view file = {}) {
  auto doc = json::parse(text, code, file);
  T out{};
  decode(out, *doc, JsonPath::root(code, root, file));
  return out;
}
/// The TypeScript spelling of a type.
template <class T>
std::string typescript() {
  return Shape<T>::ts();
}
/// The JSON Schema of a type, as JSON text.
template <class T>
std::string json_schema() {
  return Shape<T>::schema();
}

/// Fields of these types may always be left out; their empty value is then not written either.
template <class T>
constexpr bool may_be_absent = false;
template <class T>
constexpr bool may_be_absent<std::optional<T>> = true;
template <class T>
constexpr bool may_be_absent<std::vector<T>> = true;
template <>
inline constexpr bool may_be_absent<bool> = true;

template <>
struct Shape<std::string> {
  static void read(std::string& out, const Json& j, const JsonPath& at) { out = json::read_string(j, at); }
  static void write(Json& out, const std::string& v) { json::set(out, std::string_view(v)); }
  static std::string ts() { return "string"; }
  static std::string schema() { return R"({"type":"string"})"; }
};
template <>
struct Shape<bool> {
  static void read(bool& out, const Json& j, const JsonPath& at) { out = json::read_bool(j, at); }
  static void write(Json& out, bool v) { json::set(out, v); }
  static std::string ts() { return "boolean"; }
  static std::string schema() { return R"({"type":"boolean"})"; }
};
template <>
struct Shape<std::int64_t> {
  static void read(std::int64_t& out, const Json& j, const JsonPath& at) { out = json::read_int(j, at); }
  static void write(Json& out, std::int64_t v) { json::set(out, v); }
  static std::string ts() { return "number"; }
  static std::string schema() { return R"({"type":"integer"})"; }
};
template <>
struct Shape<JsonText> {
  static void read(JsonText& out, const Json& j, const JsonPath&) { out.text = json::dump(j); }
  static void write(Json& out, const JsonText& v) { json::set_text(out, v.text); }
  static std::string ts() { return "unknown"; }
  static std::string schema() { return "{}"; }
};
template <class T>
struct Shape<std::optional<T>> {
  static void read(std::optional<T>& out, const Json& j, const JsonPath& at) {
    if (json::type(j) == json::Type::null) {
      out.reset();
    } else {
      decode(out.emplace(), j, at);
    }
  }
  static void write(Json& out, const std::optional<T>& v) {
    if (v) {
      encode(out, *v);
    } else {
      json::set_null(out);
    }
  }
  static std::string ts() { return typescript<T>() + " | null"; }
  static std::string schema() { return R"({"anyOf":[)" + json_schema<T>() + R"(,{"type":"null"}]})"; }
};
template <class T>
struct Shape<std::vector<T>> {
  static void read(std::vector<T>& out, const Json& j, const JsonPath& at) {
    out.clear();
    json::each_element(j, at, [&](const Json& e, const JsonPath& here) { decode(out.emplace_back(), e, here); });
  }
  static void write(Json& out, const std::vector<T>& v) {
    json::make_array(out);
    for (const auto& e : v) encode(json::push(out), e);
  }
  static std::string ts() { return "(" + typescript<T>() + ")[]"; }
  static std::string schema() { return R"({"type":"array","items":)" + json_schema<T>() + "}"; }
};
template <class E>
requires std::is_enum_v<E>
struct Shape<E> {
  static void read(E& out, const Json& j, const JsonPath& at) {
    const std::string name = json::read_string(j, at);
    for (const auto& n : names(E{})) {
      if (n.name == name) {
        out = n.value;
        return;
      }
    }
    at.fail("expected " + ts() + ", got " + json::quote(name));
  }
  static void write(Json& out, E v) { json::set(out, name_of(v)); }
  static std::string ts() { return join(" | "); }
  static std::string schema() { return R"({"enum":[)" + join(",") + "]}"; }

 private:
  static std::string join(std::string_view by) {
    std::string s;
    for (const auto& n : names(E{})) {
      if (!s.empty()) s += by;
      s.append("\"").append(n.name).append("\"");
    }
    return s;
  }
};
/// A struct that is one alternative of a variant: `static constexpr std::string_view kind` tells it apart.
template <class T>
concept Tagged = std::is_same_v<decltype(T::kind), const std::string_view>;

/// A struct may have `void validate(const JsonPath& at) const`: it refuses values that its fields alone would let pass.
template <Described T>
struct Shape<T> {
  static void read(T& out, const Json& j, const JsonPath& at) {
    json::each_member(j, at, [&](std::string_view key, const Json&, const JsonPath& here) {
      if (!known(key)) here.fail("unknown field");
    });
    std::apply([&](const auto&... f) { (read_field(out, j, at, f), ...); }, T::fields);
    if constexpr (requires { out.validate(at); }) out.validate(at);
  }
  static void write(Json& out, const T& v) {
    json::make_object(out);
    if constexpr (Tagged<T>) json::set(json::put(out, "kind"), std::string_view(T::kind));
    std::apply([&](const auto&... f) { (write_field(out, v, f), ...); }, T::fields);
  }
  static std::string ts() {
    std::string s = "{ ";
    if constexpr (Tagged<T>) s += "kind: \"" + std::string(T::kind) + "\"; ";
    std::apply([&](const auto&... f) { ((s += ts_field(f)), ...); }, T::fields);
    return s + "}";
  }
  static std::string schema() {
    std::string properties, required;
    if constexpr (Tagged<T>) {
      properties = "\"kind\":{\"const\":\"" + std::string(T::kind) + "\"}";
      required = "\"kind\"";
    }
    std::apply([&](const auto&... f) { (schema_field(properties, required, f), ...); }, T::fields);
    return R"({"type":"object","additionalProperties":false,"properties":{)" + properties + R"(},"required":[)" +
           required + "]}";
  }

 private:
  // `Owner` is T or a base of it.
  template <class Owner, class V>
  static void read_field(T& out, const Json& j, const JsonPath& at, const Field<Owner, V>& f) {
    if (const Json* value = json::member(j, f.name)) {
      decode(out.*f.member, *value, at.member(f.name));
    } else if (!may_be_absent<V> && !f.defaulted) {
      at.member(f.name).fail("missing");
    }
  }
  template <class Owner, class V>
  static void write_field(Json& out, const T& v, const Field<Owner, V>& f) {
    if constexpr (requires { (v.*f.member).empty(); } && may_be_absent<V>) {
      if ((v.*f.member).empty()) return;
    } else if constexpr (requires { (v.*f.member).has_value(); }) {
      if (!(v.*f.member).has_value()) return;
    } else if constexpr (std::equality_comparable<V>) {
      if ((may_be_absent<V> || f.defaulted) && v.*f.member == T{}.*f.member) return;
    }
    encode(json::put(out, f.name), v.*f.member);
  }
  template <class Owner, class V>
  static std::string ts_field(const Field<Owner, V>& f) {
    return std::string(f.name) + (may_be_absent<V> || f.defaulted ? "?: " : ": ") + typescript<V>() + "; ";
  }
  template <class Owner, class V>
  static void schema_field(std::string& properties, std::string& required, const Field<Owner, V>& f) {
    if (!properties.empty()) properties += ",";
    properties.append("\"").append(f.name).append("\":").append(json_schema<V>());
    if (!may_be_absent<V> && !f.defaulted) {
      if (!required.empty()) required += ",";
      required.append("\"").append(f.name).append("\"");
    }
  }
  static bool known(std::string_view key) {
    if constexpr (Tagged<T>) {
      if (key == "kind") return true;
    }
    return std::apply([&](const auto&... f) { return ((f.name == key) || ...); }, T::fields);
  }
};
/// A variant of described structs is told apart by the member `kind`.
template <class... Ts>
struct Shape<std::variant<Ts...>> {
  using Value = std::variant<Ts...>;
  static void read(Value& out, const Json& j, const JsonPath& at) {
    if (json::type(j) != json::Type::object) at.fail("expected object, got " + std::string(json::type_name(j)));
    const Json* tag = json::member(j, "kind");
    const JsonPath here = at.member("kind");
    if (tag == nullptr) here.fail("missing");
    const std::string kind = json::read_string(*tag, here);
    const bool found = ((kind == Ts::kind ? (decode(out.template emplace<Ts>(), j, at), true) : false) || ...);
    if (!found) here.fail("unknown kind " + json::quote(kind));
  }
  static void write(Json& out, const Value& v) {
    std::visit([&](const auto& a) { encode(out, a); }, v);
  }
  static std::string ts() {
    std::string s;
    ((s += (s.empty() ? "" : " | ") + typescript<Ts>()), ...);
    return s;
  }
  static std::string schema() {
    std::string s;
    ((s += (s.empty() ? "" : ",") + json_schema<Ts>()), ...);
    return R"({"oneOf":[)" + s + "]}";
  }
};

}  // namespace plinth
