#pragma once
// The one list of kinds.
#include <span>

#include "engine/operation.h"

namespace plinth {

/// The answers of every kind, in the order in which TypeScript and JSON Schema name them.
std::span<const OperationTraits* const> operation_kinds();

/// The kind of a name, or nullptr. O(kinds).
const OperationTraits* find_kind(std::string_view name);

}  // namespace plinth
