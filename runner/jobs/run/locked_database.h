#pragma once
// What keeps a run to itself: the lock of the space, and the transactions of the run.
#include "engine/contract/contract.h"
#include "runner/files/store.h"
#include "runner/jobs/job_context.h"
#include "runner/postgres/bookkeeping.h"
#include "runner/postgres/connection.h"
#include "runner/postgres/space_lock.h"

namespace plinth {

/// The time limits of a run, in milliseconds; absent: as the server has it. `migration_lock` is how long a run waits
/// for another one on the same database.
struct TimeLimits {
  std::int64_t lock = 10'000;
  std::optional<std::int64_t> statement;
  std::int64_t migration_lock = 600'000;
};

/// Error: RPC.INVALID_PARAMS for a limit that the server does not take.
void check_limits(const TimeLimits& limits);

/// The name that enters the lock's key: the first namespace of a contract that is bound to a schema.
std::string lock_schema_of(const Contract& contract);

/// A session that holds the lock of a space. Nothing is decided on what another run may still change: the marker is
/// read under the lock.
class LockedSession {
 public:
  /// Errors: RPC.INVALID_PARAMS for a limit that the server does not take, DATABASE.LOCK_TIMEOUT, those of reading the
  /// marker.
  LockedSession(JobContext& context, Connection& connection, const Contract& destination, std::string space,
                const TimeLimits& limits);
  Connection& connection() { return connection_; }
  const std::string& space() const { return space_; }
  const TimeLimits& limits() const { return limits_; }
  const std::optional<Marker>& marker() const { return marker_; }
  /// Before each part of a run: nobody has taken the lock or moved the marker. Error: MIGRATION.MARKER_CAS_FAILURE.
  void require_unmoved();
  /// What the run itself has made of it.
  void moved(Marker marker) { marker_ = std::move(marker); }

 private:
  Connection& connection_;
  std::string space_;
  TimeLimits limits_;
  SpaceLock lock_;
  std::optional<Marker> marker_;
};

/// A transaction of a run: BEGIN, settings, time limits, the bookkeeping tables. Undone unless committed.
class RunTransaction {
 public:
  explicit RunTransaction(LockedSession& session);
  /// What is told when the answer never comes: nobody knows which it was.
  void commit();

 private:
  Connection& connection_;
  Transaction transaction_;
};

/// A session and one transaction, for what is done in one.
class LockedDatabase {
 public:
  LockedDatabase(JobContext& context, Connection& connection, const Contract& destination, const std::string& space,
                 const TimeLimits& limits)
      : session_(context, connection, destination, space, limits), transaction_(session_) {}
  const std::optional<Marker>& marker() const { return session_.marker(); }
  void commit() { transaction_.commit(); }

 private:
  LockedSession session_;
  RunTransaction transaction_;
};

}  // namespace plinth
