#pragma once
// The lock that keeps migrations of one space of a database apart.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "engine/json/json.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// A session that holds what another one waits for.
struct Blocker {
  std::int64_t pid = 0;
  std::string application, state, query;  // the query is cut
  std::int64_t age_ms = 0;                // of its transaction, or else of its session
  static constexpr auto fields =
      std::tuple{field("pid", &Blocker::pid), field("application", &Blocker::application),
                 field("state", &Blocker::state), field("query", &Blocker::query), field("ageMs", &Blocker::age_ms)};
};

/// `session 4711 (psql), for 12 s: SELECT …`
std::string described(const Blocker& blocker);

/// The other sessions that hold locks on a table, oldest first. One round trip.
std::vector<Blocker> blockers_of_table(Connection& connection, const std::string& table);

/// The advisory locks of a space, held by the session, across transactions, until the object ends: one of our own, and
/// those that Prisma Next and Prisma 8 take in their transactions, so that each waits for the others. A session that
/// waits for it asks again and again, and is in no transaction meanwhile: CREATE INDEX CONCURRENTLY of the one that
/// holds it would wait for that. Sources: Prisma Next 0.16.0 and Prisma 8 (keys); Postgres manual, "Advisory Locks".
class SpaceLock {
 public:
  /// Hears now and then who is waited for, and may throw to give up.
  using Waiting = std::function<void(const std::vector<Blocker>& holders)>;

  /// Waits at most so long, in milliseconds (0: for ever). `lock_schema` is the first bound namespace of the
  /// destination contract. Error: DATABASE.LOCK_TIMEOUT, with who holds the lock.
  SpaceLock(Connection& connection, const std::string& lock_schema, std::string_view space, std::int64_t timeout_ms,
            const Waiting& waiting);
  SpaceLock(const SpaceLock&) = delete;
  SpaceLock& operator=(const SpaceLock&) = delete;
  ~SpaceLock();
  /// Whether the session still holds it: a statement of a migration may have given it away.
  bool is_held() const;

 private:
  void acquire(const std::string& key, std::chrono::steady_clock::time_point start, std::int64_t timeout_ms,
               const Waiting& waiting);
  void release() noexcept;
  Connection& connection_;
  std::vector<std::string> held_;
};

}  // namespace plinth
