#pragma once
#include "engine/operation.h"

namespace plinth {

/// The views that operations detach and restore, with the names that the start of the operations knows. A contract has
/// no words for them; what is made of such operations (their inverse, a squash, a merge) must detach them too.
/// O(operations).
std::vector<std::pair<Name, View>> detached_views(const std::vector<Operation>& operations);

/// Adds those whose schema there is; gives those that it added. What they need may be somebody else's. O(views).
std::vector<std::pair<Name, View>> add_views(Schema& schema, const std::vector<std::pair<Name, View>>& views);

}  // namespace plinth
