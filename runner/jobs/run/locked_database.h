#pragma once
// The transaction of a run: begun, locked, and with the marker read.
#include "engine/contract/contract.h"
#include "runner/files/store.h"
#include "runner/postgres/bookkeeping.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// The time limits of a run, in milliseconds; absent: as the server has it. `migration_lock` is how long a run waits
/// for another one on the same database.
struct TimeLimits {
  std::int64_t lock = 10'000;
  std::optional<std::int64_t> statement;
  std::int64_t migration_lock = 600'000;
};

/// The name that enters the lock's key: the first namespace of a contract that is bound to a schema.
std::string lock_schema_of(const Contract& contract);

/// BEGIN, the lock of the space, time limits, the bookkeeping tables, the marker: in this order, so that nothing is
/// decided on what another run may still change. The transaction ends with the object, undone unless committed.
class LockedDatabase {
 public:
  LockedDatabase(Connection& connection, const Contract& destination, const TimeLimits& limits);
  const std::optional<Marker>& marker() const { return marker_; }
  Connection& connection() { return connection_; }
  void commit();

 private:
  Connection& connection_;
  Transaction transaction_;
  std::optional<Marker> marker_;
};

}  // namespace plinth
