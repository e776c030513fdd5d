#pragma once
// Described types in TypeScript and JSON Schema. A type that has a name is written out once, and referred to by its
// name wherever another type mentions it.
#include "engine/json/type_description.h"

namespace plinth {

/// A type where another one mentions it: its name, or what it is. O(type).
std::string typescript(const TypeDescription& type);
/// The declaration of a type under a name, with a line break at its end; defaults stand in comments. O(type).
std::string typescript_declaration(const TypeDescription& type, const std::string& name);
/// A JSON Schema for where another type mentions this one: a reference, or what it is, as JSON text. O(type).
std::string json_schema(const TypeDescription& type);
/// The JSON Schema of a type itself. O(type).
std::string json_schema_definition(const TypeDescription& type);

/// The types with a name that some types mention, at any depth, in the order of their first mention; the given ones are
/// left out unless another one mentions them. O(types).
std::vector<const TypeDescription*> named_types(const std::vector<const TypeDescription*>& roots);

/// `A | B`, and `{"oneOf": [A, B]}`, of several types.
std::string typescript_union(const std::vector<const TypeDescription& (*)()>& types);
std::string json_schema_choice(const std::vector<const TypeDescription& (*)()>& types);

template <class T>
std::string typescript() {
  return typescript(describe<T>());
}
template <class T>
std::string json_schema() {
  return json_schema(describe<T>());
}

}  // namespace plinth
