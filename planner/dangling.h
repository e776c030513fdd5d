#pragma once
#include <string>
#include <vector>

#include "engine/schema/schema.h"

namespace plinth {

/// Something of a schema that does not find what it needs.
struct Dangling {
  std::vector<std::string> path;   // of what needs
  std::vector<std::string> needs;  // of what is missing or in the way
  std::string why;
};

/// All of them: columns of keys, indexes, checks and policies that are not there; references to tables, columns, keys
/// or types that are not there, or between types that do not compare; two relations of one name. O(schema log schema).
std::vector<Dangling> dangling(const Schema& schema);

}  // namespace plinth
