#pragma once
#include "engine/operation.h"

namespace plinth {

/// The views that operations detach and restore, as they were first, by schema. A contract has no words for them; what
/// is made of such operations (their inverse, a squash, a merge) must detach them too. O(operations).
std::vector<std::pair<Name, View>> detached_views(const std::vector<Operation>& operations);

/// Adds those whose tables and columns the schema has; gives those that it added. O(views).
std::vector<std::pair<Name, View>> add_views(Schema& schema, const std::vector<std::pair<Name, View>>& views);

}  // namespace plinth
