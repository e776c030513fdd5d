#include "runner/jobs/run/package_run.h"

#include <set>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/typed_operation.h"
#include "planner/render/summary.h"
#include "runner/jobs/run/batches.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/postgres/server_error.h"

namespace plinth {
namespace {

std::vector<std::string> merged(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::set<std::string> out(a.begin(), a.end());
  out.insert(b.begin(), b.end());
  return {out.begin(), out.end()};
}

bool drops_something_named(const Operation& op) {
  return drops_part(op) || (holds_alternative<RawSql>(op) && operation_class(op) == OperationClass::destructive);
}

// Nothing of the name was there to be dropped: it may go by another name, and still be there.
void suspect(const Operation& op, Suspicions& out) {
  if (!drops_something_named(op)) return;
  const auto found = target(op);
  if (found && found->table) out.insert({found->schema, *found->table, found->object_type});
}

// A statement of an operation that is understood may be tried again. New objects wait for nobody.
Execution execution_in_transaction(const Operation& op) {
  const bool waits = !holds_alternative<RawSql>(op) && operation_class(op) != OperationClass::data &&
                     phase(op) != Phase::create_schemas && phase(op) != Phase::extensions &&
                     phase(op) != Phase::create_types && phase(op) != Phase::create_tables;
  return waits ? Execution::retrying : Execution::in_transaction;
}

Journal::Begun begun_entry(const Package& package, std::size_t position) {
  return {position, package.operations[position].raw_id, hash_of_operation(package.operations[position])};
}

bool has_transform(const Package& package) {
  return std::any_of(package.operations.begin(), package.operations.end(),
                     [](const RawSql& op) { return op.raw_class == OperationClass::data; });
}

Patience patience_of(const TimeLimits& limits) {
  Patience out;
  out.total = limits.lock;
  return out;
}

}  // namespace

PackageRun::PackageRun(JobContext& context, LockedSession& session, std::int64_t steps, Strictness strictness)
    : context_(context),
      session_(session),
      connection_(session.connection()),
      steps_(steps),
      strictness_(strictness),
      apply_(
          connection_, steps,
          [this](std::int64_t, std::int64_t of, const std::string& label) {
            context_.check_cancelled();
            context_.progress(step_, of, label);
          },
          patience_of(session.limits())) {}

PackageRun::Work PackageRun::work_of(const Package& p) const {
  const std::optional<std::string> space =
      session_.space() == app_space ? std::nullopt : std::optional(session_.space());
  Running package = running(p);
  KeptAttributes kept = kept_attributes(package.typed);
  return {std::move(package),
          std::move(kept),
          {space, p.name, p.manifest.migration_hash, p.manifest.from, p.manifest.to, {}},
          {p.name, p.manifest.migration_hash, ledger_origin(p.manifest), p.manifest.to, {}}};
}

void PackageRun::run(const std::vector<Package>& unit, RunReport& report) {
  std::vector<Work> works;
  works.reserve(unit.size());
  for (const auto& p : unit) works.push_back(work_of(p));
  suspicions_.clear();
  if (works.size() > 1 || fits_one_transaction(commit_groups(works.front().running.typed))) {
    run_together(works);
  } else {
    run_in_groups(works);
  }
  session_.moved(marker_);
  report.marker = marker_;
  report.unclaimed = unclaimed_;
  for (auto& w : works) report.packages.push_back(std::move(w.outcome));
}

void PackageRun::run_together(std::vector<Work>& unit) {
  RunTransaction transaction(session_);
  ValueLocks locks(connection_);
  for (auto& work : unit) run_group(work, 0, work.running.typed.size(), locks);
  finish(unit);
  context_.check_cancelled();
  transaction.commit();
}

void PackageRun::record(Work& work, std::size_t position, Applied applied, bool earlier) {
  const RawSql& op = work.running.package.operations[position];
  if (applied.skipped) suspect(work.running.typed[position], suspicions_);
  work.outcome.operations.push_back({op.raw_id, op.raw_label, applied.skipped, earlier});
  work.row.operations.push_back(std::move(applied.record));
}

void PackageRun::run_group(Work& work, std::size_t first, std::size_t end, ValueLocks& locks) {
  const std::vector<Operation>& typed = work.running.typed;
  for (std::size_t i = first; i < end; ++i) {
    const RawSql& op = work.running.package.operations[i];
    if (op.raw_class == OperationClass::data) locks.lock(work.running, i + 1, end);
    if (const auto* sql = KeptAttributes::at(work.kept.before, i)) apply_.restore(op, *sql);
    ++step_;
    const Execution how = execution_in_transaction(typed[i]);
    Applied done = skippable_default(op, typed[i]) ? apply_.run_always(op, how) : apply_.run(op, how);
    if (const auto* sql = KeptAttributes::at(work.kept.after, i)) apply_.restore(op, *sql);
    record(work, i, std::move(done));
  }
}

void PackageRun::run_in_groups(std::vector<Work>& unit) {
  const Package& package = unit.front().running.package;
  std::optional<Journal> journal;
  {
    RunTransaction transaction(session_);
    journal.emplace(connection_, session_.space(), package.manifest.migration_hash, package.name);
    transaction.commit();
  }
  std::int64_t parts_done = 0;
  try {
    run_parts(unit, *journal, parts_done);
  } catch (Error& e) {
    if (parts_done > 0) e.why(e.reason() + " The " + counted(parts_done, "part") + " before it stay done.");
    if (parts_done > 0 && has_transform(package)) {
      e.fix(e.remedy() + " Where rows are in the way that were written since a transform was committed, change these " +
            "by hand as it would, and apply the migration again.");
    }
    throw e.with("partsDone", parts_done);
  }
}

void PackageRun::run_parts(std::vector<Work>& unit, Journal& journal, std::int64_t& parts_done) {
  Work& work = unit.front();
  const Package& package = work.running.package;
  const std::map<std::size_t, JournalEntry> before = journal.entries();
  const std::vector<CommitGroup> groups = commit_groups(work.running.typed);
  bool is_finished = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::size_t first = groups[g].first, end = first + groups[g].operations.size();
    const auto begun = before.find(first);
    const bool is_done = begun != before.end() && begun->second.done_at;
    if (is_done) {
      for (std::size_t i = first; i < end; ++i) {
        ++step_;
        apply_.pass(package.operations[i]);
        const auto entry = before.find(i);
        const bool skipped = entry != before.end() && entry->second.skipped;
        const RawSql& op = package.operations[i];
        record(work, i, {skipped ? Apply::skipped_record(op) : op, skipped}, true);
      }
      ++parts_done;
      continue;
    }
    session_.require_unmoved();
    if (groups[g].mode != GroupMode::transaction) {
      const JournalEntry* entry = begun != before.end() ? &begun->second : nullptr;
      if (groups[g].mode == GroupMode::none) {
        run_alone(work, first, journal, entry);
      } else {
        run_batches(work, first, journal, entry);
      }
      ++parts_done;
      continue;
    }
    std::vector<Journal::Begun> started;
    for (std::size_t i = first; i < end; ++i) started.push_back(begun_entry(package, i));
    journal.start(started);
    RunTransaction transaction(session_);
    ValueLocks locks(connection_);
    run_group(work, first, end, locks);
    for (std::size_t i = first; i < end; ++i) journal.done(i, work.outcome.operations[i].skipped);
    is_finished = g + 1 == groups.size();
    if (is_finished) finish(unit);
    context_.check_cancelled();
    transaction.commit();
    ++parts_done;
  }
  if (is_finished) return;
  RunTransaction transaction(session_);
  finish(unit);
  context_.check_cancelled();
  transaction.commit();
}

// Whoever waits for the lock of the run in a transaction, as the other tools do, is waited for by CREATE INDEX
// CONCURRENTLY: the server ends one of the two. If it is ours, it is tried again.
Applied PackageRun::run_outside(const RawSql& op, bool may_start_again, bool has_begun) {
  constexpr int most = 10;
  for (int attempt = 1;; ++attempt) {
    try {
      return has_begun ? apply_.resume(op, may_start_again) : apply_.run(op, Execution::outside);
    } catch (const Error& e) {
      if (!has_sql_state(e, state_deadlock) || !may_start_again || attempt == most) throw;
      has_begun = true;
    }
  }
}

void PackageRun::run_alone(Work& work, std::size_t position, Journal& journal, const JournalEntry* begun) {
  const RawSql& op = work.running.package.operations[position];
  // Building an index so waits for whoever writes, and nobody who reads or writes waits for it. Others may block them.
  const bool is_index = holds_alternative<CreateIndex>(work.running.typed[position]) ||
                        holds_alternative<DropIndex>(work.running.typed[position]);
  const TimeLimits& given = session_.limits();
  const SessionLimits limits(connection_, is_index ? 0 : given.lock, given.statement.value_or(0));
  journal.start({begun_entry(work.running.package, position)});
  ++step_;
  if (const auto* sql = KeptAttributes::at(work.kept.before, position)) apply_.restore(op, *sql);
  Applied done;
  try {
    done = run_outside(op, is_index || op.execute.size() == 1, begun != nullptr);
  } catch (const Error& e) {
    // The server has told how it ended. What it leaves, such as an invalid index, its prechecks know.
    if (connection_.alive() && e.code() != Code::migration_interrupted) journal.undo(position);
    throw;
  }
  if (const auto* sql = KeptAttributes::at(work.kept.after, position)) apply_.restore(op, *sql);
  journal.done(position, done.skipped);
  record(work, position, std::move(done));
}

void PackageRun::run_batches(Work& work, std::size_t position, Journal& journal, const JournalEntry* begun) {
  const RawSql& op = work.running.package.operations[position];
  journal.start({begun_entry(work.running.package, position)});
  ++step_;
  BatchRun batches(context_, session_, op, journal, position, [&](const std::string& message, const RowProgress& rows) {
    context_.progress(step_, steps_, op.raw_label + ": " + message, rows);
  });
  const std::optional<std::string> progress = begun != nullptr ? begun->progress : std::nullopt;
  Applied done;
  try {
    done = apply_.run_by(op, progress.has_value(), [&] { batches.run(progress, [&] { return apply_.is_done(op); }); });
  } catch (const Error&) {
    if (!progress && batches.is_untouched() && connection_.alive() && !connection_.in_transaction()) {
      journal.undo(position);
    }
    throw;
  }
  journal.done(position, done.skipped);
  record(work, position, done);
}

void PackageRun::finish(std::vector<Work>& unit) {
  context_.check_cancelled();
  context_.progress(++step_, steps_, "Verify the schema");
  std::vector<std::string> invariants = session_.marker() ? session_.marker()->invariants : std::vector<std::string>{};
  for (const auto& work : unit) {
    invariants = merged(invariants, work.running.package.manifest.provided_invariants);
  }
  const Contract destination = end_contract_of(unit.back().running.package);
  unclaimed_ = verify_live(connection_, destination, strictness_, suspicions_);
  marker_ = {destination.stored.storage_hash, destination.stored.profile_hash, std::move(invariants)};
  write_marker(connection_, session_.space(), session_.marker(), marker_);
  clear_journal(connection_, session_.space());
  for (const auto& work : unit) {
    append_ledger(connection_, session_.space(), work.row);
    const Package& p = work.running.package;
    if (p.end_contract) keep_contract(connection_, p.manifest.to, *p.end_contract);
  }
}

}  // namespace plinth
