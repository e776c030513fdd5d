#include "engine/objects/object_id.h"

#include "engine/json/json.h"

namespace plinth {
namespace {

// Schema and name; for a part of a table and a function (its argument types) one more.
std::size_t least_length(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::extension:
    case ObjectKind::schema: return 1;
    case ObjectKind::type:
    case ObjectKind::table:
    case ObjectKind::rows:
    case ObjectKind::key:
    case ObjectKind::sequence:
    case ObjectKind::view:
    case ObjectKind::collation:
    case ObjectKind::other: return 2;
    case ObjectKind::column:
    case ObjectKind::constraint:
    case ObjectKind::index:
    case ObjectKind::policy:
    case ObjectKind::function: return 3;
  }
  return 2;
}

}  // namespace

void ObjectId::validate(const JsonPath& at) const {
  const std::size_t least = least_length(kind);
  if (path.size() >= least) return;
  at.member("path").fail("an object of kind " + std::string(name_of(kind)) + " has a path of at least " +
                         std::to_string(least) + " names");
}

}  // namespace plinth
