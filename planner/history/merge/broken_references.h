#pragma once
#include <string>
#include <vector>

#include "engine/schema/schema.h"

namespace plinth {

/// Something of a schema that does not find what it needs.
struct BrokenReference {
  std::vector<std::string> path;   // of what needs
  std::vector<std::string> needs;  // of what is missing or in the way
  std::string why;
};

/// All of them: columns of keys, indexes, membership checks and foreign keys that are not there; references to tables,
/// keys or types that are not there, or from a type to one that it cannot reference; two relations, or two types, of
/// one name. What expressions speak of is not looked at. O(schema log schema + for each key: the columns of its table).
std::vector<BrokenReference> broken_references(const Schema& schema);

}  // namespace plinth
