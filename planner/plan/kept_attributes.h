#pragma once
// Comments, privileges and owners of what a plan drops and makes again.
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/operation.h"

namespace plinth {

/// Statements that stand beside the operations, by the positions of these.
struct KeptAttributes {
  std::map<std::size_t, std::string> before, after;
  /// The statement of that position, or nullptr.
  static const std::string* at(const std::map<std::size_t, std::string>& statements, std::size_t position) {
    const auto found = statements.find(position);
    return found != statements.end() ? &found->second : nullptr;
  }
};

/// Keeps what no contract says of objects that the operations drop and make again under the same name: comments; of
/// columns also privileges, statistics target, storage and options; of enum types also privileges and the owner. The
/// statements belong to the runner and to scripts, not to packages: the server writes down, just before an object goes,
/// how to restore these, and does it when the object is back. O(operations · log operations), and O(operations) for
/// each type that is made anew.
KeptAttributes kept_attributes(const std::vector<Operation>& operations);

/// Whether the operation drops a column, a constraint or an index.
bool drops_part(const Operation& op);

}  // namespace plinth
