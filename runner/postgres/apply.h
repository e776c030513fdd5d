#pragma once
// The loop that runs stored operations.
#include <functional>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/package/package.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Hears of each operation before it runs, and of who holds it up: its number from 1, how many there are, its label. It
/// throws where the run is no longer wanted.
using ApplyListener = std::function<void(std::int64_t step, std::int64_t total, const std::string& label)>;

/// How an operation waits for the locks of tables, in milliseconds: for each statement in all (0: for ever), and for
/// one attempt at least: it also lasts longer than the server's deadlock_timeout, if that is below five seconds. Who
/// waits for ACCESS EXCLUSIVE keeps all who come later waiting too; between two attempts these get through.
struct Patience {
  std::int64_t total = 10'000, attempt = 1'000;
};

/// A stored statement with its parameters.
Query query_of(const Step& step);

/// How an operation is run.
enum class Execution {
  in_transaction,
  retrying,  // in a transaction, and each statement again when a lock does not come in time; one statement a step
  outside,   // of transactions
};

/// What became of an operation. `record` is what the ledger keeps: a skipped operation keeps its postcheck only.
struct Applied {
  RawSql record;
  bool skipped = false;
};

/// Runs operations, in the open transaction or outside of transactions. Each one: postchecks all true already →
/// skipped; prechecks; statements; postchecks. Errors, all with the operation in meta: MIGRATION.PRECHECK_FAILED,
/// MIGRATION.POSTCHECK_FAILED, MIGRATION.EXECUTION_FAILED (sqlState, sql), or the DATABASE.* code where the cause is
/// not the migration's own.
class Apply {
 public:
  Apply(Connection& connection, std::int64_t total, ApplyListener listener, const Patience& patience = {})
      : connection_(connection), total_(total), listener_(std::move(listener)), patience_(patience) {}
  Applied run(const RawSql& operation, Execution how = Execution::in_transaction);
  /// The same without the first step, for an operation whose postchecks do not tell whether it was done.
  Applied run_always(const RawSql& operation, Execution how = Execution::in_transaction);
  /// An operation that is done: it is only counted.
  void pass(const RawSql& operation) { announce(operation); }
  /// Runs an operation outside of transactions by other means than its statements one after the other. `goes_on`: some
  /// of it was done before, so no check is asked until the rest is. `statements` may throw what `failure` makes.
  Applied run_by(const RawSql& operation, bool goes_on, const std::function<void()>& statements);
  /// Whether an operation has postchecks, and they hold.
  bool is_done(const RawSql& operation) {
    return !operation.postcheck.empty() && holds(operation, operation.postcheck);
  }
  /// An error of the server, as that of a statement of an operation.
  static Error failure(const Error& error, const RawSql& operation, const Step& step);
  /// What the ledger keeps of an operation that was skipped.
  static RawSql skipped_record(RawSql operation);
  /// Goes on where a run ended while the operation was running outside of transactions: postchecks all true → done;
  /// prechecks all true → run from its first statement, if it may be; else MIGRATION.INTERRUPTED, which says what to
  /// inspect.
  Applied resume(const RawSql& operation, bool may_start_again);
  /// A statement beside those of the operation that keeps or restores comments, privileges and owners; its errors are
  /// the operation's.
  void restore(const RawSql& operation, const std::string& sql);

 private:
  Applied carry_out(const RawSql& operation, Execution how);
  void require(const RawSql& operation, const std::vector<Step>& checks, Code code, const std::string& why);
  // Deferred constraints and triggers keep the server from altering the tables that they wait on: behind transforms,
  // what waits for the end of the transaction is done.
  void finish_deferred();
  bool holds(const RawSql& operation, const std::vector<Step>& checks);
  void execute(const RawSql& operation, Execution how);
  void execute_retrying(const RawSql& operation, const Step& step);
  void announce(const RawSql& operation) { listener_(++step_, total_, operation.raw_label); }
  Connection& connection_;
  std::int64_t total_, step_ = 0;
  ApplyListener listener_;
  Patience patience_;
  std::optional<std::int64_t> attempt_ms_;  // of one attempt: longer than the server waits before it ends an autovacuum
  std::optional<RawSql> transform_;         // the last one, as long as something may wait behind it
};

/// Settings of the open transaction under which values are read and converted: row security hides no rows, and values
/// have one text, whatever the database or the role says (float8 to text must not round). The time zone is the
/// session's. They hold for the transaction, or for the session.
enum class SettingScope { transaction, session };
Query value_settings(SettingScope scope = SettingScope::transaction);

/// Other time limits for the session, in milliseconds (0: none), as long as the object lives.
class SessionLimits {
 public:
  SessionLimits(Connection& connection, std::int64_t lock_ms, std::int64_t statement_ms);
  SessionLimits(const SessionLimits&) = delete;
  SessionLimits& operator=(const SessionLimits&) = delete;
  ~SessionLimits();

 private:
  void set(const std::string& lock, const std::string& statement);
  Connection& connection_;
  std::string lock_, statement_;
};

/// Sets the time limits of the open transaction, or of the session, in milliseconds; a limit that is absent stays as
/// the server has it.
void set_time_limits(Connection& connection, std::optional<std::int64_t> lock_ms,
                     std::optional<std::int64_t> statement_ms, SettingScope scope = SettingScope::transaction);

}  // namespace plinth
