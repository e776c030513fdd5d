#pragma once
#include "engine/sql/reading/mentioned_names.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Those of the names that the database does not have, by its search path where they are not qualified. Words that are
/// syntax (`coalesce`, `over`) are always there. One round trip.
std::vector<MentionedName> absent_names(Connection& connection, const std::vector<MentionedName>& names);

}  // namespace plinth
