#pragma once
#include <string>

#include "engine/objects/object_id.h"

namespace plinth {

/// Something that the schema model does not hold and that needs an object that it does: a materialized view, a
/// function, a trigger, a child table.
struct Dependent {
  std::string kind, schema, name;
  ObjectId needs;        // a table, a view or a column of one; an enum type
  bool belongs = false;  // it is a part of the table, and goes with it
  bool operator==(const Dependent&) const = default;
};

}  // namespace plinth
