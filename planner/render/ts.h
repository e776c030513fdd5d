#pragma once
// TypeScript types as documents, laid out the way Prettier 3 does it.
#include "engine/js/js.h"

namespace plinth::ts {

using js::Doc;

/// A member of an object type: `readonly key: type;`.
struct Member {
  std::string key;
  Doc type;
  bool readonly = true;
  bool after_blank_line = false;
};

/// The type of one value of a type that is written as a union; `| null` is one of its alternatives.
struct Union {
  std::vector<Doc> alternatives;
  bool reference = false;  // the first alternative is a name, perhaps with arguments
};

/// The type of one string, in the quotes that need fewer escapes.
Doc string_type(std::string_view value);
/// `{ readonly a: A; readonly b: B }`, `{}` without members. `broken` takes a line a member even where all fits on one.
Doc object_type(std::vector<Member> members, bool broken = false);
/// The same, but `Record<string, never>` without members.
Doc record_type(std::vector<Member> members);
/// `readonly [A, B]`
Doc tuple_type(std::vector<Doc> elements);
Doc strings_type(const std::vector<std::string>& values);
/// `name<A, B>`
Doc generic(std::string_view name, std::vector<Doc> arguments);
/// `name<U>`
Doc generic_of_union(std::string_view name, Union argument);
/// `A | B`, as the type of a member.
Doc union_type(Union type);
/// `A & B`, of types that are no objects.
Doc intersection(std::vector<Doc> types);
/// The type of exactly this JSON value. O(value).
Doc value_type(const Json& value);

}  // namespace plinth::ts
