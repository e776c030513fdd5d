#pragma once
// Going through a large table, a part of its rows at a time.
#include <chrono>
#include <functional>

#include "engine/ops/by_hand/raw_sql.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/postgres/journal.h"

namespace plinth {

/// How far the batches of an operation have come. The journal holds it.
struct BatchPosition {
  std::int64_t pass = 0, statement = 0;
  std::vector<std::string> after;      // the key of the last row that is done; empty: none is
  std::int64_t rows = 0, changed = 0;  // rows that were gone through, and changed, in this pass
  std::string of;                      // a hash of the statements and the keys that this is about
  static constexpr auto fields =
      std::tuple{defaulted("pass", &BatchPosition::pass),       defaulted("statement", &BatchPosition::statement),
                 field("after", &BatchPosition::after),         defaulted("rows", &BatchPosition::rows),
                 defaulted("changed", &BatchPosition::changed), field("of", &BatchPosition::of)};
};

/// Runs the statements of an operation over ranges of a unique key, in its order; each range is a transaction, which
/// notes in the journal how far it has come. Rows that others write behind that are found by the check of the
/// operation: then all is gone through once more, as long as that changes something.
class BatchRun {
 public:
  using Report = std::function<void(const std::string& message, const RowProgress& rows)>;
  BatchRun(JobContext& context, LockedSession& session, const RawSql& operation, Journal& journal, std::size_t position,
           Report report);
  /// From where an earlier run has come. `is_done` asks the check; without one, one pass is all.
  /// Errors: MIGRATION.NOT_BATCHABLE, before anything is changed; those of the server, as of the operation.
  void run(const std::optional<std::string>& progress, const std::function<bool()>& is_done);
  /// Whether nothing has been done yet, by this run or an earlier one.
  bool is_untouched() const { return position_.pass == 0 && position_.statement == 0 && position_.after.empty(); }

 private:
  struct Key {
    std::vector<std::string> columns, types;
    std::optional<std::int64_t> rows;  // of the table, as the server's statistics say
  };
  struct Target {
    RowStatement statement;
    Step step;
    Key key;
  };
  Key key_of(const RowStatement& statement) const;
  std::vector<Target> targets() const;
  /// Where an earlier run has come. Error: MIGRATION.INTERRUPTED where that was with other statements, and no check
  /// tells which rows are done.
  BatchPosition position_of(const std::optional<std::string>& progress, const std::string& of) const;
  void go_through(const Target& target);
  /// The key of the last row of the next batch; empty where the rest is less than one.
  std::vector<std::string> next_end(const Target& target);
  void run_batch(const Target& target, const std::vector<std::string>& end);
  void try_batch(const Target& target, const std::vector<std::string>& end, const BatchPosition& then);
  bool wait_after(Error& error, const Target& target, int attempt);
  void adapt(std::chrono::milliseconds elapsed);
  void wait_for_replicas();
  void pause(std::int64_t milliseconds);
  RowProgress rows_done(const Key& key) const;
  void report(const Key& key);

  JobContext& context_;
  LockedSession& session_;
  Connection& connection_;
  const RawSql& operation_;
  Batch batch_;
  Journal& journal_;
  std::size_t place_;
  Report report_;
  BatchPosition position_;
  std::int64_t size_;
  std::chrono::steady_clock::time_point start_, next_report_, next_look_at_replicas_;
  std::optional<std::chrono::steady_clock::time_point> waiting_since_;
  std::int64_t rows_at_start_ = 0;
};

}  // namespace plinth
