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

TimeLimits checked(const TimeLimits& limits) {
  check_limits(limits);
  return limits;
}

SpaceLock::Waiting waiting(JobContext& context) {
  return [&context](const std::vector<Blocker>& holders) {
    context.check_cancelled();
    if (holders.empty()) return;
    context.progress(0, 0, "Waiting for another migration: " + described(holders.front()));
  };
}

}  // namespace

void check_limits(const TimeLimits& limits) {
  check_limit("lockTimeoutMs", limits.lock);
  check_limit("statementTimeoutMs", limits.statement.value_or(0));
  check_limit("migrationLockTimeoutMs", limits.migration_lock);
}

std::string lock_schema_of(const Contract& contract) {
  for (const auto& n : contract.namespaces) {
    if (n.id != unbound_namespace) return n.id;
  }
  return std::string(unbound_namespace);
}

LockedSession::LockedSession(JobContext& context, Connection& connection, const Contract& destination,
                             std::string space, const TimeLimits& limits)
    : connection_(connection),
      space_(std::move(space)),
      limits_(checked(limits)),
      lock_(connection, lock_schema_of(destination), space_, limits.migration_lock, waiting(context)),
      marker_(read_marker(connection, space_)) {
  connection.run(value_settings(SettingScope::session));
  set_time_limits(connection, limits_.lock, limits_.statement, SettingScope::session);
}

void LockedSession::require_unmoved() {
  const bool is_held = lock_.is_held();
  if (is_held && read_marker(connection_, space_) == marker_) return;
  throw Error(
      Code::migration_marker_cas_failure,
      is_held ? "the marker is no longer where it was when this migration began" : "the lock of the migration is gone",
      is_held ? "Somebody moved it without taking the lock."
              : "A statement of this migration has given it away (pg_advisory_unlock_all, DISCARD ALL).")
      .with("expected", marker_ ? marker_->core_hash : "none");
}

RunTransaction::RunTransaction(LockedSession& session)
    : connection_(session.connection()), transaction_(session.connection()) {
  // The run may pause between two attempts to lock a table.
  connection_.run(Sql("SET LOCAL idle_in_transaction_session_timeout = 0"));
  connection_.run(value_settings());
  set_time_limits(connection_, session.limits().lock, session.limits().statement);
  ensure_bookkeeping(connection_);
}

void RunTransaction::commit() {
  try {
    transaction_.commit();
  } catch (Error& e) {
    if (e.code() == Code::database_connection_lost || !connection_.alive()) {
      e.why("The answer to COMMIT never came: the transaction is either committed as a whole or not at all.");
      e.fix("Apply it again once the server answers: the run finds out where the database is.");
    }
    throw;
  }
}

}  // namespace plinth
