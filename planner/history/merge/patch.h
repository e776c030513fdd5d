#pragma once
#include "planner/compare/diff.h"

namespace plinth {

/// Does to a schema what led from the actual side of an issue to its expected side: puts a node where it is missing,
/// takes one away, changes the properties that differ and no others. A change that is already in place is skipped, and
/// so is one whose table or schema does not exist. O(log schema + node).
void patch(Schema& schema, const Issue& issue);

/// The names of the properties that both issues change, to different values. Both are about the same node, which they
/// change. Names of fields, as they are on the wire.
std::vector<std::string> contested_fields(const Issue& a, const Issue& b);

/// Whether both issues, which create a node at one path, create the same in the eyes of `diff`. O(node log node).
bool creates_same(const Issue& a, const Issue& b);

}  // namespace plinth
