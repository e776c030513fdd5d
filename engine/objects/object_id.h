#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/fields.h"

namespace plinth {

struct JsonPath;

/// What an object is. `rows` and `key` are no objects of the catalogue: what a table holds, whatever the table is
/// named, and that its rows are told apart by some columns.
enum class ObjectKind {
  extension,
  schema,
  type,
  table,
  rows,
  column,
  key,
  constraint,
  index,
  policy,
  sequence,
  view,
  function,
  collation,
  other
};
inline constexpr Named<ObjectKind> object_kinds[] = {{"extension", ObjectKind::extension},
                                                     {"schema", ObjectKind::schema},
                                                     {"type", ObjectKind::type},
                                                     {"table", ObjectKind::table},
                                                     {"rows", ObjectKind::rows},
                                                     {"column", ObjectKind::column},
                                                     {"key", ObjectKind::key},
                                                     {"constraint", ObjectKind::constraint},
                                                     {"index", ObjectKind::index},
                                                     {"policy", ObjectKind::policy},
                                                     {"sequence", ObjectKind::sequence},
                                                     {"view", ObjectKind::view},
                                                     {"function", ObjectKind::function},
                                                     {"collation", ObjectKind::collation},
                                                     {"other", ObjectKind::other}};
constexpr const auto& names(ObjectKind) { return object_kinds; }

/// An object by its kind and where it stands: schema, name, and for a part of a table or view its own name. Objects of
/// different kinds are different, whatever their names.
struct ObjectId {
  ObjectKind kind = ObjectKind::other;
  std::vector<std::string> path;
  bool operator==(const ObjectId&) const = default;
  // clang-tidy 14 takes the zero that the compiler compares with for a pointer.
  auto operator<=>(const ObjectId&) const = default;  // NOLINT(modernize-use-nullptr)
  /// Refuses a path that is too short for the kind.
  void validate(const JsonPath& at) const;
  static constexpr auto fields = std::tuple{field("kind", &ObjectId::kind), field("path", &ObjectId::path)};
};

struct ObjectIdHash {
  std::size_t operator()(const ObjectId& id) const {
    auto hash = static_cast<std::size_t>(id.kind);
    for (const auto& part : id.path) hash = hash * 31 + std::hash<std::string>()(part);
    return hash;
  }
};

}  // namespace plinth
