#pragma once
// Tables, indexes and keys of a schema share one set of names, tables and types another.
#include "planner/hints/hinted_origin.h"
#include "planner/plan/draft.h"

namespace plinth {

/// Who has the names of a schema. O(schema).
NameContext held_names(const Schema& schema);

/// The names that renames of tables and types make free.
std::set<Name> names_freed_by(const std::vector<Operation>& renames);

/// A name that something new needs while its old holder is still there: the holder, which the plan drops later, is
/// renamed out of the way first. A holder that stays, two new objects of one name, and a hint that renames to a name in
/// use, are conflicts.
/// O(operations log operations); one walk over the names of the origin when something is made.
void resolve_name_clashes(Draft& draft, const HintedOrigin& hinted);

}  // namespace plinth
