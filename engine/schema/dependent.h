#pragma once
#include <string>

#include "engine/sql/sql.h"

namespace plinth {

/// Something that the schema model does not hold and that needs a table, or a column of it: a view, a function, a
/// trigger, a child table.
struct Dependent {
  std::string kind, schema, name;
  Name table;
  std::string column;    // empty: it needs the table as a whole
  bool belongs = false;  // it is a part of the table, and goes with it
  bool operator==(const Dependent&) const = default;
};

}  // namespace plinth
