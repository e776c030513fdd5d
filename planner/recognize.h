#pragma once
#include "engine/operation.h"

namespace plinth {

/// The typed operation behind a raw one that another tool stored: its id tells the kind, its target the names, the
/// destination the rest. It is only taken for what it claims to be if its statements are exactly those that the typed
/// operation has; nothing otherwise. O(log schema).
std::optional<Operation> recognize(const RawSql& stored, const Schema& destination);

}  // namespace plinth
