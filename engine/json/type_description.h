#pragma once
// A type as a value: what reading, writing, TypeScript and JSON Schema walk.
#include <concepts>
#include <iterator>

#include "engine/boxed.h"
#include "engine/json/fields.h"
#include "engine/json/json_document.h"

namespace plinth {

struct TypeDescription;

/// One field of a struct: where it lives in a value of the struct, and when it may be left out.
struct FieldDescription {
  using Omitted = bool (*)(const void* value, const void* fresh);
  std::string_view name;
  std::size_t offset;
  const TypeDescription& (*type)();
  bool may_be_absent;
  bool defaulted;   // absent, it has the value that a fresh struct gives it
  Omitted omitted;  // whether a value is left out; nullptr for one that never is
};

enum class TypeKind { text, boolean, integer, json, optional, list, enumeration, structure, choice, custom };

/// A type as a value: what reading, writing, TypeScript and JSON Schema walk. What a kind does not use is null. Values
/// are pointed to.
struct TypeDescription {
  TypeKind kind = TypeKind::text;
  std::string name = {};                                        // of a structure, an enumeration, some custom ones
  const TypeDescription& (*element)() = nullptr;                // of an optional, a list
  const void* (*peek)(const void*) = nullptr;                   // optional: nullptr where empty; choice: the active
  void* (*append)(void*) = nullptr;                             // optional, list: a fresh element
  void (*clear)(void*) = nullptr;                               // optional, list
  std::size_t (*size)(const void*) = nullptr;                   // list: elements; choice: which alternative
  const void* (*at)(const void*, std::size_t) = nullptr;        // list
  std::string_view (*spelling)(const void*) = nullptr;          // enumeration
  void* (*choose)(void*, std::size_t) = nullptr;                // enumeration, choice
  std::vector<std::string_view> spellings = {};                 // enumeration: values; choice: tags
  std::vector<const TypeDescription& (*)()> alternatives = {};  // choice; custom: the types that it mentions
  std::string_view tag = {};                                    // structure: its `kind`
  std::vector<FieldDescription> fields = {};                    // structure
  const void* fresh = nullptr;                                  // structure: one with its defaults
  void (*validate)(const void*, const JsonPath&) = nullptr;     // structure
  void (*read)(void*, const Json&, const JsonPath&) = nullptr;  // custom
  void (*write)(Json&, const void*) = nullptr;                  // custom
  std::string (*typescript)() = nullptr;                        // custom
  std::string (*schema)() = nullptr;                            // custom
};

/// How a type with a form of its own is read, written and named. It may have a name of its own in the protocol
/// (`name`), and says which other types its spelling mentions (`mentions()`). Other types are described by `describe`.
template <class T>
struct Shape;

template <class T>
const TypeDescription& describe();

/// The name of a type in the protocol: its name here, without namespaces; `AddColumn::Thin` is AddColumnThin.
template <class T>
std::string protocol_name() {
  std::string out = __PRETTY_FUNCTION__;
  out.erase(0, out.find("T = ") + 4);
  out.erase(out.find_first_of(";]"));
  for (const std::string_view part : {"plinth::", "{anonymous}::", "(anonymous namespace)::", "test::", "::"}) {
    for (std::size_t at = out.find(part); at != std::string::npos; at = out.find(part)) out.erase(at, part.size());
  }
  return out;
}

// ---- how descriptions are made ------------------------------------------------------------------------------------

/// Fields of these types may always be left out; their empty value is then not written either.
template <class T>
constexpr bool may_be_absent = false;
template <class T>
constexpr bool may_be_absent<std::optional<T>> = true;
template <class T>
constexpr bool may_be_absent<Boxed<T>> = true;
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

/// `V` is an optional of T.
template <class V, class T>
struct DescribeOptional {
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
struct Describe<std::optional<T>> : DescribeOptional<std::optional<T>, T> {};
template <class T>
struct Describe<Boxed<T>> : DescribeOptional<Boxed<T>, T> {};
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
    TypeDescription out{TypeKind::enumeration, protocol_name<E>()};
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
    TypeDescription out{TypeKind::structure, protocol_name<T>()};
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
    return {f.name,
            static_cast<std::size_t>(member - start),
            &describe<V>,
            may_be_absent<V> || f.defaulted,
            f.defaulted || std::is_same_v<V, bool>,
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
    if constexpr (requires { Shape<T>::name; }) out.name = Shape<T>::name;
    if constexpr (requires { Shape<T>::mentions(); }) out.alternatives = Shape<T>::mentions();
    return out;
  }
};

template <class T>
const TypeDescription& describe() {
  static const TypeDescription description = Describe<T>::make();
  return description;
}

}  // namespace plinth
