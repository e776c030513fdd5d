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

/// One field of a struct, as a value.
struct TypeDescription;
struct FieldDescription {
  using Omitted = bool (*)(const void* value, const void* fresh);
  std::string_view name;
  std::size_t offset;
  const TypeDescription& (*type)();
  bool may_be_absent;
  Omitted omitted;  // whether a value is left out; nullptr for one that never is
};

enum class TypeKind { text, boolean, integer, json, optional, list, enumeration, structure, choice, custom };

/// A type as a value: what reading, writing, TypeScript and JSON Schema walk. What a kind does not use is null. Values
/// are pointed to.
struct TypeDescription {
  TypeKind kind = TypeKind::text;
  const TypeDescription& (*element)() = nullptr;                // of an optional, a list
  const void* (*peek)(const void*) = nullptr;                   // optional: nullptr where empty; choice: the active
  void* (*append)(void*) = nullptr;                             // optional, list: a fresh element
  void (*clear)(void*) = nullptr;                               // optional, list
  std::size_t (*size)(const void*) = nullptr;                   // list: elements; choice: which alternative
  const void* (*at)(const void*, std::size_t) = nullptr;        // list
  std::string_view (*spelling)(const void*) = nullptr;          // enumeration
  void* (*choose)(void*, std::size_t) = nullptr;                // enumeration, choice
  std::vector<std::string_view> spellings = {};                 // enumeration: values; choice: tags
  std::vector<const TypeDescription& (*)()> alternatives = {};  // choice
  std::string_view tag = {};                                    // structure: its `kind`
  std::vector<FieldDescription> fields = {};                    // structure
  const void* fresh = nullptr;                                  // structure: one with its defaults
  void (*validate)(const void*, const JsonPath&) = nullptr;     // structure
  void (*read)(void*, const Json&, const JsonPath&) = nullptr;  // custom
  void (*write)(Json&, const void*) = nullptr;                  // custom
  std::string (*typescript)() = nullptr;                        // custom
  std::string (*schema)() = nullptr;                            // custom
};

namespace json {
void read_value(const TypeDescription& type, void* out, const Json& j, const JsonPath& at);
void write_value(const TypeDescription& type, Json& out, const void* value);
std::string value_text(const TypeDescription& type, const void* value);
std::string typescript(const TypeDescription& type);
std::string schema(const TypeDescription& type);
}  // namespace json

/// How a type of its own making is read, written and named. Other types are described by `describe`.
template <class T>
struct Shape;

template <class T>
const TypeDescription& describe();

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
/// The TypeScript spelling of a type.
template <class T>
std::string typescript() {
  return json::typescript(describe<T>());
}
/// The JSON Schema of a type, as JSON text.
template <class T>
std::string json_schema() {
  return json::schema(describe<T>());
}

// ---- how descriptions are made ------------------------------------------------------------------------------------

/// Fields of these types may always be left out; their empty value is then not written either.
template <class T>
constexpr bool may_be_absent = false;
template <class T>
constexpr bool may_be_absent<std::optional<T>> = true;
template <class T>
constexpr bool may_be_absent<std::vector<T>> = true;
template <>
inline constexpr bool may_be_absent<bool> = true;

/// Variants say that they can be compared, though what they hold cannot.
template <class T>
constexpr bool is_variant = false;
template <class... Ts>
constexpr bool is_variant<std::variant<Ts...>> = true;

/// A struct that is one alternative of a variant: `static constexpr std::string_view kind` tells it apart.
template <class T>
concept Tagged = std::is_same_v<decltype(T::kind), const std::string_view>;

template <class T>
concept Shaped = requires {
  &Shape<T>::read;
};

template <>
const TypeDescription& describe<std::string>();
template <>
const TypeDescription& describe<bool>();
template <>
const TypeDescription& describe<std::int64_t>();
template <>
const TypeDescription& describe<JsonText>();

template <class T>
struct Describe;

template <class T>
struct Describe<std::optional<T>> {
  using V = std::optional<T>;
  static TypeDescription make() {
    TypeDescription out{TypeKind::optional};
    out.element = &describe<T>;
    out.peek = [](const void* p) -> const void* {
      const V& v = *static_cast<const V*>(p);
      return v ? &*v : nullptr;
    };
    out.append = [](void* p) -> void* { return &static_cast<V*>(p)->emplace(); };
    out.clear = [](void* p) { static_cast<V*>(p)->reset(); };
    return out;
  }
};
template <class T>
struct Describe<std::vector<T>> {
  using V = std::vector<T>;
  static TypeDescription make() {
    TypeDescription out{TypeKind::list};
    out.element = &describe<T>;
    out.size = [](const void* p) { return static_cast<const V*>(p)->size(); };
    out.at = [](const void* p, std::size_t i) -> const void* { return &(*static_cast<const V*>(p))[i]; };
    out.append = [](void* p) -> void* { return &static_cast<V*>(p)->emplace_back(); };
    out.clear = [](void* p) { static_cast<V*>(p)->clear(); };
    return out;
  }
};
template <class E>
requires std::is_enum_v<E>
struct Describe<E> {
  static TypeDescription make() {
    TypeDescription out{TypeKind::enumeration};
    for (const auto& n : names(E{})) out.spellings.push_back(n.name);
    out.spelling = [](const void* p) { return name_of(*static_cast<const E*>(p)); };
    out.choose = [](void* p, std::size_t i) -> void* {
      *static_cast<E*>(p) = std::begin(names(E{}))[i].value;
      return p;
    };
    return out;
  }
};
/// A variant of described structs is told apart by the member `kind`.
template <class... Ts>
struct Describe<std::variant<Ts...>> {
  using V = std::variant<Ts...>;
  static TypeDescription make() {
    TypeDescription out{TypeKind::choice};
    out.alternatives = {&describe<Ts>...};
    out.spellings = {Ts::kind...};
    out.size = [](const void* p) { return static_cast<const V*>(p)->index(); };
    out.peek = [](const void* p) -> const void* {
      return std::visit([](const auto& a) -> const void* { return &a; }, *static_cast<const V*>(p));
    };
    out.choose = [](void* p, std::size_t i) -> void* {
      using Emplace = void* (*)(V&);
      static constexpr Emplace emplace[] = {[](V& v) -> void* { return &v.template emplace<Ts>(); }...};
      return emplace[i](*static_cast<V*>(p));
    };
    return out;
  }
};
/// A struct may have `void validate(const JsonPath& at) const`: it refuses values that its fields alone would let pass.
template <class T>
requires(Described<T> && !Shaped<T>) struct Describe<T> {
  static const T& fresh() {
    static const T value{};
    return value;
  }
  static TypeDescription make() {
    TypeDescription out{TypeKind::structure};
    if constexpr (Tagged<T>) out.tag = T::kind;
    out.fresh = &fresh();
    std::apply([&](const auto&... f) { (out.fields.push_back(field_of(f)), ...); }, T::fields);
    if constexpr (requires(const T& v, const JsonPath& at) { v.validate(at); }) {
      out.validate = [](const void* p, const JsonPath& at) { static_cast<const T*>(p)->validate(at); };
    }
    return out;
  }

 private:
  // `Owner` is T or a base of it.
  template <class Owner, class V>
  static FieldDescription field_of(const Field<Owner, V>& f) {
    const auto* start = reinterpret_cast<const char*>(&fresh());
    const auto* member = reinterpret_cast<const char*>(&(fresh().*f.member));
    return {f.name, static_cast<std::size_t>(member - start), &describe<V>, may_be_absent<V> || f.defaulted,
            omitted<V>(f.defaulted)};
  }
  template <class V>
  static FieldDescription::Omitted omitted(bool defaulted) {
    if constexpr (requires(const V& v) { v.empty(); } && may_be_absent<V>) {
      return [](const void* v, const void*) { return static_cast<const V*>(v)->empty(); };
    } else if constexpr (requires(const V& v) { v.has_value(); }) {
      return [](const void* v, const void*) { return !static_cast<const V*>(v)->has_value(); };
    } else if constexpr (!is_variant<V> && std::equality_comparable<V>) {
      if (!may_be_absent<V> && !defaulted) return nullptr;
      return
          [](const void* v, const void* fresh) { return *static_cast<const V*>(v) == *static_cast<const V*>(fresh); };
    }
    return nullptr;
  }
};
template <Shaped T>
struct Describe<T> {
  static TypeDescription make() {
    TypeDescription out{TypeKind::custom};
    out.read = [](void* p, const Json& j, const JsonPath& at) { Shape<T>::read(*static_cast<T*>(p), j, at); };
    out.write = [](Json& j, const void* p) { Shape<T>::write(j, *static_cast<const T*>(p)); };
    if constexpr (requires { &Shape<T>::ts; }) {  // what is no part of the protocol needs no name
      out.typescript = &Shape<T>::ts;
      out.schema = &Shape<T>::schema;
    }
    return out;
  }
};

template <class T>
const TypeDescription& describe() {
  static const TypeDescription description = Describe<T>::make();
  return description;
}

}  // namespace plinth
