#pragma once
// Default names of constraints and indexes.
#include <vector>

#include "engine/operation.h"

namespace plinth {

/// After tables and columns were renamed: the keys, constraints and indexes that have the default name of the old table
/// and columns are given that of the new ones, as a contract that leaves their names open expects to find them; not
/// where the destination asks for the old name, or something else has the new one. Applied to `after` as well.
/// O(schema).
std::vector<Operation> follow_default_names(const Schema& before, const std::vector<Operation>& renames,
                                            const Schema& destination, Schema& after);

}  // namespace plinth
