#pragma once
// Going through a large table, a part of its rows at a time.
#include <chrono>
#include <functional>

#include "engine/ops/by_hand/raw_sql.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/run/batch_key.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/postgres/journal.h"

namespace plinth {

/// How far the batches of an operation have come. The journal holds it.
struct BatchPosition {
  std::int64_t pass = 0, statement = 0;   // of the operation, from 0
  std::vector<std::string> after, until;  // the keys of the last row that is done, and of the last one in this pass
  std::int64_t rows = 0;                  // that this statement has gone through, roughly
  std::string of;                         // a hash of the statements and the keys that this is about
  static constexpr auto fields =
      std::tuple{defaulted("pass", &BatchPosition::pass), defaulted("statement", &BatchPosition::statement),
                 field("after", &BatchPosition::after),   field("until", &BatchPosition::until),
                 defaulted("rows", &BatchPosition::rows), field("of", &BatchPosition::of)};
};

/// Runs the statements of an operation over ranges of a unique key, in its order, up to the greatest key that is there
/// when a statement begins. Each range is a transaction, which notes in the journal how far it has come. Where the
/// check of the operation still finds rows, and all statements have a condition, another pass goes through them, as
/// long as each pass changes fewer rows than the one before.
class BatchRun {
 public:
  using Report = std::function<void(const std::string& message, const RowProgress& rows)>;
  BatchRun(JobContext& context, LockedSession& session, const RawSql& operation, Journal& journal, std::size_t position,
           Report report);
  /// From where an earlier run has come. `is_done` asks the check; without one, one pass is all.
  /// Errors: MIGRATION.NOT_BATCHABLE, before anything is changed; MIGRATION.INTERRUPTED where an earlier run has begun
  /// with other statements, and no check tells which rows are done; those of the server, as of the operation.
  void run(const std::optional<std::string>& progress, const std::function<bool()>& is_done);
  /// Whether nothing has been done yet, by this run or an earlier one.
  bool is_untouched() const { return position_.pass == 0 && position_.statement == 0 && position_.after.empty(); }

 private:
  struct Target {
    RowStatement statement;
    Step step;
    BatchKey key;
  };
  std::vector<Target> read_targets() const;
  BatchPosition position_of(const std::optional<std::string>& progress, const std::string& of) const;
  void begin_pass(std::int64_t pass);
  bool needs_another_pass(const std::function<bool()>& is_done);
  void go_through(const Target& target);
  Result ask_keys(const Target& target, const Sql& condition, std::vector<std::optional<std::string>> params,
                  const Sql& order) const;
  /// The greatest key of the table; empty where it has no rows.
  std::vector<std::string> greatest_key(const Target& target) const;
  /// The key of the last row of the next batch.
  std::vector<std::string> next_end(const Target& target) const;
  void run_batch(const Target& target);
  void try_batch(const Target& target, const std::vector<std::string>& end);
  bool wait_after(Error& error, const Target& target, int attempt);
  void adapt(std::chrono::milliseconds elapsed);
  void wait_for_replicas();
  void pause(std::int64_t milliseconds);
  RowProgress rows_done(const BatchKey& key) const;
  void report(const BatchKey& key);

  JobContext& context_;
  LockedSession& session_;
  Connection& connection_;
  const RawSql& operation_;
  Batch batch_;
  Journal& journal_;
  std::size_t place_;
  Report report_;
  std::vector<Target> targets_;
  BatchPosition position_;
  std::int64_t size_;
  std::optional<std::int64_t> changed_, changed_before_;  // rows in this pass and the one before, where all is known
  std::chrono::steady_clock::time_point start_, next_report_, next_look_at_replicas_;
  std::optional<std::chrono::steady_clock::time_point> waiting_since_;
  std::int64_t rows_at_start_ = 0;
};

}  // namespace plinth
