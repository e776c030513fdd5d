#include "runner/postgres/space_lock.h"

#include <chrono>
#include <thread>

#include "engine/excerpt.h"
#include "runner/postgres/backoff.h"

namespace plinth {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

std::vector<Blocker> read_blockers(const Result& r) {
  std::vector<Blocker> out;
  for (int row = 0; row < r.rows(); ++row) {
    const auto text = [&](int column) { return std::string(r.at(row, column)); };
    constexpr std::size_t most = 100;
    out.push_back({std::stoll(text(0)), text(1), text(2), excerpt(text(3), most), std::stoll(text(4))});
  }
  return out;
}

// What is told of the session of a lock `l`.
constexpr std::string_view columns_of_blocker =
    "SELECT DISTINCT l.pid, COALESCE(a.application_name, ''), COALESCE(a.state, ''), COALESCE(a.query, ''), "
    "COALESCE((extract(epoch FROM clock_timestamp() - COALESCE(a.xact_start, a.backend_start)) * 1000)::bigint, 0) "
    "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid ";

std::vector<Blocker> holders_of(Connection& c, const std::string& key) {
  // A key of 32 bits is kept as a bigint: the upper half in classid, the lower one in objid.
  return read_blockers(c.run(
      Query{std::string(columns_of_blocker) +
                "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM "
                "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND (l.classid::bigint << 32) | "
                "l.objid::bigint = pg_catalog.hashtext($1)::bigint ORDER BY 5 DESC",
            {key}}));
}

}  // namespace

std::string described(const Blocker& b) {
  std::string out = "session " + std::to_string(b.pid);
  if (!b.application.empty()) out += " (" + b.application + ")";
  out += ", for " + std::to_string(b.age_ms / 1000) + " s";
  if (b.state == "idle in transaction") out += ", idle in its transaction";
  return b.query.empty() ? out : out + ": " + b.query;
}

std::vector<Blocker> blockers_of_table(Connection& c, const std::string& table) {
  return read_blockers(c.run(Query{std::string(columns_of_blocker) +
                                       "WHERE l.relation = pg_catalog.to_regclass($1) AND l.granted AND l.pid <> "
                                       "pg_catalog.pg_backend_pid() ORDER BY 5 DESC",
                                   {table}}));
}

SpaceLock::SpaceLock(Connection& connection, const std::string& lock_schema, std::string_view space,
                     std::int64_t timeout_ms, const Waiting& waiting)
    : connection_(connection) {
  // The keys of Prisma Next up to 0.16 and of Prisma 8. Each tool takes its own alone, and all of us in this order.
  const auto start = Clock::now();
  try {
    // The schema in the keys of the other tools is that of the destination: two runs may have different ones.
    acquire("plinth.space:" + std::string(space), start, timeout_ms, waiting);
    for (const std::string_view tool : {"prisma_next", "prisma_8"}) {
      acquire(std::string(tool) + ".contract.marker:" + lock_schema + ":" + std::string(space), start, timeout_ms,
              waiting);
    }
  } catch (...) {
    release();
    throw;
  }
}

SpaceLock::~SpaceLock() { release(); }

void SpaceLock::acquire(const std::string& key, Clock::time_point start, std::int64_t timeout_ms,
                        const Waiting& waiting) {
  constexpr Milliseconds between_reports(1000);
  auto next_report = Clock::now();
  for (int attempt = 0;; ++attempt) {
    if (connection_.run(Query{"SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext($1))", {key}}).truthy()) {
      held_.push_back(key);
      return;
    }
    const auto now = Clock::now();
    const bool out_of_time = timeout_ms > 0 && now - start >= Milliseconds(timeout_ms);
    if (out_of_time) {
      throw Error(Code::database_lock_timeout, "another migration holds the lock of this database",
                  "Migrations of one database run one after the other; the other one did not end in time.")
          .fix("Try again when it has ended, or raise migrationLockTimeoutMs.")
          .with("lock", key)
          .with_json("blockers", to_json(holders_of(connection_, key)));
    }
    const bool reports = now >= next_report;
    if (reports) next_report = now + between_reports;
    waiting(reports ? holders_of(connection_, key) : std::vector<Blocker>{});
    std::this_thread::sleep_for(backoff(attempt, Milliseconds(10), Milliseconds(250)));
  }
}

bool SpaceLock::is_held() const {
  const Result r =
      connection_.run(Sql("SELECT count(*) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND pid = "
                          "pg_catalog.pg_backend_pid()"));
  return static_cast<std::size_t>(std::stoul(std::string(r.at(0, 0)))) >= held_.size();
}

void SpaceLock::release() noexcept {
  try {
    for (; !held_.empty() && connection_.alive() && !connection_.in_transaction(); held_.pop_back()) {
      connection_.run(Query{"SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtext($1))", {held_.back()}});
    }
  } catch (const std::exception&) {
    // The session ends with the connection, and its locks with it.
    held_.clear();
  }
}

}  // namespace plinth
