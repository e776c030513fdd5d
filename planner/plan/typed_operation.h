#pragma once
#include "engine/operation.h"
#include "engine/ops/columns/set_default.h"

namespace plinth {

/// The typed operation behind a raw one that another tool stored: its id tells the kind, its target the names, the
/// destination the rest. It is only taken for what it claims to be if its statements say what those of the typed
/// operation say; nothing otherwise. O(log schema).
std::optional<Operation> typed_operation(const RawSql& stored, const Schema& destination);

/// The typed operation behind one that another tool stored, where it is recognized; any other operation as it is.
/// O(log schema).
Operation as_typed(const Operation& op, const Schema& destination);

/// A default that is set by a stored operation of another tool's API (`typed` is what it is understood as), which comes
/// with the check that there is a default: one that stood there before satisfies it, and the operation would be
/// skipped. Nothing for all other operations.
std::optional<SetDefault> skippable_default(const RawSql& stored, const Operation& typed);

}  // namespace plinth
