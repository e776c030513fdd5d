#pragma once
#include <map>

#include "planner/plan/draft.h"

namespace plinth {

/// A conflict for each key whose type does not compare with that of a column that references it, naming all of those.
/// O(foreign keys).
void refuse_unlike_keys(Draft& draft);

/// Columns (schema, table, column) whose types operations change: the position of the operation, the type before.
struct ChangedType {
  std::size_t position = 0;
  std::string before;
};
using ChangedTypes = std::map<std::vector<std::string>, ChangedType>;

/// What is worth knowing of changes of type that work: a key that outgrows what references it, a change that asks for
/// the time zone of the session. `after` is the schema that they lead to. O(changes + foreign keys), if there are any.
struct TypeRemark {
  std::vector<std::string> path;  // of the column that changes
  std::string message;
};
std::vector<TypeRemark> type_remarks(const Schema& after, const ChangedTypes& changed);

}  // namespace plinth
