#pragma once
// One package after the other, each committed when it is verified.
#include "planner/plan/kept_attributes.h"
#include "runner/jobs/run/run_packages.h"
#include "runner/jobs/run/value_locks.h"
#include "runner/postgres/apply.h"
#include "runner/postgres/journal.h"

namespace plinth {

class PackageRun {
 public:
  /// `steps` is how many operations and verifications there will be, for the progress.
  PackageRun(JobContext& context, LockedSession& session, std::int64_t steps, Strictness strictness);

  /// Runs packages that are committed together: several only where one transaction holds them all. What was committed
  /// is added to the report.
  void run(const std::vector<Package>& unit, RunReport& report);

 private:
  // A package of the unit: what it is, and what became of it.
  struct Work {
    Running running;
    KeptAttributes kept;
    PackageOutcome outcome;
    LedgerRow row;
  };
  void run_together(std::vector<Work>& unit);
  void run_in_groups(std::vector<Work>& unit);
  /// Counts the parts that are committed.
  void run_parts(std::vector<Work>& unit, Journal& journal, std::int64_t& parts_done);
  void run_group(Work& work, std::size_t first, std::size_t end, ValueLocks& locks);
  void run_alone(Work& work, std::size_t position, Journal& journal, const JournalEntry* begun);
  void run_batches(Work& work, std::size_t position, Journal& journal, const JournalEntry* begun);
  Applied run_outside(const RawSql& operation, bool may_start_again, bool has_begun);
  void record(Work& work, std::size_t position, Applied applied, bool earlier = false);
  /// Verifies, moves the marker, writes the ledger, in the open transaction.
  void finish(std::vector<Work>& unit);
  Work work_of(const Package& package) const;

  JobContext& context_;
  LockedSession& session_;
  Connection& connection_;
  std::int64_t steps_, step_ = 0;
  Strictness strictness_;
  Apply apply_;
  Suspicions suspicions_;
  std::vector<std::string> unclaimed_;
  Marker marker_;
};

}  // namespace plinth
