#pragma once
#include <optional>
#include <string>
#include <vector>

#include "runner/postgres/connection.h"

namespace plinth {

/// A default expression as somebody wrote it, and the type of its column.
struct WrittenDefault {
  std::string expression, type;
};

/// Each expression as the server prints it once it has understood it: `now() + interval '3 minutes'` becomes
/// `(now() + '00:03:00'::interval)`. Nothing for one that the server refuses, and for all of them where no temporary
/// table may be made. Leaves nothing behind; inside a transaction a savepoint is rolled back. One round trip; where
/// the server refuses one of them, another for each.
std::vector<std::optional<std::string>> elaborate(Connection& connection, const std::vector<WrittenDefault>& defaults);

}  // namespace plinth
