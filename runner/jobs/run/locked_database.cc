#include "runner/jobs/run/locked_database.h"

#include "runner/postgres/apply.h"

namespace plinth {
namespace {

// What the server takes as a limit.
void check_limit(std::string_view name, std::int64_t milliseconds) {
  constexpr std::int64_t longest = 2147483647;
  if (milliseconds >= 0 && milliseconds <= longest) return;
  throw Error(Code::rpc_invalid_params, "params." + std::string(name) + ": expected 0 to " + std::to_string(longest) +
                                            " milliseconds, got " + std::to_string(milliseconds));
}

}  // namespace

std::string lock_schema_of(const Contract& contract) {
  for (const auto& n : contract.namespaces) {
    if (n.id != unbound_namespace) return n.id;
  }
  return std::string(unbound_namespace);
}

LockedDatabase::LockedDatabase(Connection& connection, const Contract& destination, const TimeLimits& limits)
    : connection_(connection), transaction_(connection) {
  check_limit("lockTimeoutMs", limits.lock);
  check_limit("statementTimeoutMs", limits.statement.value_or(0));
  check_limit("migrationLockTimeoutMs", limits.migration_lock);
  lock_space(connection_, lock_schema_of(destination), app_space, limits.migration_lock);
  connection_.run(value_settings());
  set_time_limits(connection_, limits.lock, limits.statement);
  ensure_bookkeeping(connection_);
  marker_ = read_marker(connection_, app_space);
}

void LockedDatabase::commit() {
  try {
    transaction_.commit();
  } catch (Error& e) {
    if (e.code() == Code::database_connection_lost || !connection_.alive()) {
      e.why("The answer to COMMIT never came: the migration is either applied as a whole or not at all.");
      e.fix("Apply it again once the server answers: the run finds out where the database is.");
    }
    throw;
  }
}

}  // namespace plinth
