#pragma once
// Keeping writers away from values that are being converted.
#include <set>

#include "engine/package/package.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// A package in a run: its operations as they are stored, and as what they are.
struct Running {
  const Package& package;
  std::vector<Operation> typed;
};
/// Another tool's operations are known by the schema that the package leads to.
Running running(const Package& package);

/// Locks tables against writers in a transaction: between a transform and what converts or drops the values behind it,
/// nobody may write what the transform has not seen. Each table is locked once.
class ValueLocks {
 public:
  explicit ValueLocks(Connection& connection) : connection_(connection) {}
  /// Locks the tables whose values operations of the package convert, from one position up to another. Tables that are
  /// not there, or that this role may not lock, are passed over: ALTER TABLE asks for no more than to own them. Whether
  /// there are any. O(operations).
  bool lock(const Running& run, std::size_t first, std::size_t end);

 private:
  Connection& connection_;
  std::set<std::string> locked_;
};

}  // namespace plinth
