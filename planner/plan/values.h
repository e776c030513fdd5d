#pragma once
// Which operations read values, and which take values away.
#include <optional>

#include "engine/operation.h"

namespace plinth {

/// Whether an operation is a transform, which may read any value; one that only fills a column with its default reads
/// none.
bool reads_values(const Operation& op);

/// The table whose values an operation converts or takes away; of SQL that is not understood, the one that it says.
std::optional<Name> table_of_values(const Operation& op);

/// From the first operation that reads values to the last one that takes some away: others must not write in between,
/// so these are committed together. `end` is behind the last one; both are 0 where there is nothing of it.
struct HeldTogether {
  std::size_t first = 0, end = 0;
};
/// O(operations).
HeldTogether held_together(const std::vector<Operation>& operations);

}  // namespace plinth
