#pragma once
// The loop that runs stored operations.
#include <functional>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/package/package.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Hears of each operation before it runs: its number from 1, how many there are, its label.
using ApplyListener = std::function<void(std::int64_t step, std::int64_t total, const std::string& label)>;

/// What became of an operation. `record` is what the ledger keeps: a skipped operation keeps its postcheck only.
struct Applied {
  RawSql record;
  bool skipped = false;
};

/// Runs operations in the open transaction. Each one: postchecks all true already → skipped; prechecks; statements;
/// postchecks. Errors, all with the operation in meta: MIGRATION.PRECHECK_FAILED, MIGRATION.POSTCHECK_FAILED,
/// MIGRATION.EXECUTION_FAILED (sqlState, sql), or the DATABASE.* code where the cause is not the migration's own.
class Apply {
 public:
  Apply(Connection& connection, std::int64_t total, ApplyListener listener)
      : connection_(connection), total_(total), listener_(std::move(listener)) {}
  Applied run(const RawSql& operation);
  /// The same without the first step, for an operation whose postchecks do not tell whether it was done.
  Applied run_always(const RawSql& operation);
  /// A statement beside those of the operation that keeps or restores comments, privileges and owners; its errors are
  /// the operation's.
  void restore(const RawSql& operation, const std::string& sql);

 private:
  Applied carry_out(const RawSql& operation);
  // Deferred constraints and triggers keep the server from altering the tables that they wait on: behind transforms,
  // what waits for the end of the transaction is done.
  void finish_deferred();
  void execute(const RawSql& operation);
  Connection& connection_;
  std::int64_t total_, step_ = 0;
  ApplyListener listener_;
  std::optional<RawSql> transform_;  // the last one, as long as something may wait behind it
};

/// Settings of the open transaction under which values are read and converted: row security hides no rows, and values
/// have one text, whatever the database or the role says (float8 to text must not round). The time zone is the
/// session's.
Query value_settings();

/// Sets the time limits of the open transaction, in milliseconds; a limit that is absent stays as the server has it.
void set_time_limits(Connection& connection, std::optional<std::int64_t> lock_ms,
                     std::optional<std::int64_t> statement_ms);

}  // namespace plinth
