#pragma once
// A struct names its fields once, in order; decoding, strictness, encoding, TypeScript and the tree diff are derived
// from that list. An enum names its values once, for the same reason.
#include <string_view>
#include <tuple>

namespace plinth {

/// One field of a struct: its name on the wire and where it lives. A defaulted field may be left out; it then has the
/// value that a fresh struct gives it, and it is not written when it has that value.
template <class Owner, class Value>
struct Field {
  std::string_view name;
  Value Owner::*member;
  bool defaulted = false;
  bool compared = true;  // whether it is part of what a diff compares
};

template <class Owner, class Value>
constexpr Field<Owner, Value> field(std::string_view name, Value Owner::*member) {
  return {name, member};
}

template <class Owner, class Value>
constexpr Field<Owner, Value> defaulted(std::string_view name, Value Owner::*member) {
  return {name, member, true};
}

/// A defaulted field that is written and read, but says nothing about the thing itself.
template <class Owner, class Value>
constexpr Field<Owner, Value> uncompared(std::string_view name, Value Owner::*member) {
  return {name, member, true, false};
}

/// A field that holds nodes of their own (a vector or an optional of a described type), paired by name in a diff.
template <class Owner, class Value>
struct Children : Field<Owner, Value> {};

template <class Owner, class Value>
constexpr Children<Owner, Value> children(std::string_view name, Value Owner::*member) {
  return {{name, member}};
}

/// A struct that has listed its fields.
template <class T>
concept Described = requires {
  T::fields;
};

/// One value of an enum and its spelling on the wire. `names(E)` returns the table of an enum.
template <class E>
struct Named {
  std::string_view name;
  E value;
};

/// The wire spelling of an enum value. O(values).
template <class E>
constexpr std::string_view name_of(E value) {
  for (const auto& n : names(E{})) {
    if (n.value == value) return n.name;
  }
  return {};
}

}  // namespace plinth
