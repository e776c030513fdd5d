#include "runner/jobs/run/batches.h"

#include <thread>

#include "engine/json/sha256.h"
#include "engine/names.h"
#include "runner/postgres/apply.h"
#include "runner/postgres/backoff.h"
#include "runner/postgres/server_error.h"

namespace plinth {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
constexpr Milliseconds between_reports(250), between_looks(1000);

// The key's columns of a row, as one value.
Sql columns_of_row(const std::string& row, const std::vector<std::string>& columns) {
  std::vector<Sql> out;
  out.reserve(columns.size());
  for (const auto& c : columns) {
    Sql column("{}.{}", Sql::trusted(row), Ident{c});
    out.push_back(std::move(column));
  }
  return Sql("({})", Sql::list(out));
}

// Parameters of the key's types, numbered from `first`.
Sql parameters(std::size_t first, const std::vector<std::string>& types) {
  std::vector<Sql> out;
  out.reserve(types.size());
  for (const auto& type : types) {
    Sql parameter("${}::{}", static_cast<std::int64_t>(first++), Sql::trusted(type));
    out.push_back(std::move(parameter));
  }
  return Sql("({})", Sql::list(out));
}

void add(std::vector<std::optional<std::string>>& params, const std::vector<std::string>& values) {
  params.insert(params.end(), values.begin(), values.end());
}

// The statement of one range: behind the row `after`, or from the first one, up to `end`.
Query statement_of_range(const RowStatement& statement, const Step& step, const BatchKey& key,
                         const std::vector<std::string>& after, const std::vector<std::string>& end) {
  Query out = query_of(step);
  const Sql row = columns_of_row(statement.row(), key.columns);
  Sql range;
  if (!after.empty()) {
    range = Sql("{} > {} AND ", row, parameters(out.params.size() + 1, key.types));
    add(out.params, after);
  }
  range += Sql("{} <= {}", row, parameters(out.params.size() + 1, key.types));
  add(out.params, end);
  out.sql = statement.restricted(range);
  return out;
}

}  // namespace

BatchRun::BatchRun(JobContext& context, LockedSession& session, const RawSql& operation, Journal& journal,
                   std::size_t position, Report report)
    : context_(context),
      session_(session),
      connection_(session.connection()),
      operation_(operation),
      batch_(operation.batch().value_or(Batch{})),
      journal_(journal),
      place_(position),
      report_(std::move(report)),
      size_(batch_.size) {}

std::vector<BatchRun::Target> BatchRun::read_targets() const {
  std::vector<Target> out;
  for (const auto& step : operation_.execute) {
    RowStatement statement = row_statement(step.sql, operation_.raw_id);
    try {
      BatchKey key = batch_key(connection_, statement, batch_);
      out.push_back({std::move(statement), step, std::move(key)});
    } catch (Error& e) {
      throw e.with("operationId", operation_.raw_id).with("sql", step.sql);
    }
  }
  return out;
}

BatchPosition BatchRun::position_of(const std::optional<std::string>& progress, const std::string& of) const {
  BatchPosition fresh;
  fresh.of = of;
  if (!progress) return fresh;
  BatchPosition out;
  decode(out, *json::parse(*progress, Code::engine_internal), JsonPath::root(Code::engine_internal, "progress"));
  const auto statement = static_cast<std::size_t>(out.statement);
  const auto is_key = [&](const std::vector<std::string>& key) {
    return key.empty() || (statement < targets_.size() && key.size() == targets_[statement].key.columns.size());
  };
  const bool fits =
      out.pass >= 0 && out.statement >= 0 && statement <= targets_.size() && is_key(out.after) && is_key(out.until);
  if (out.of == of && fits) return out;
  if (!operation_.postcheck.empty()) return fresh;
  throw Error(Code::migration_interrupted,
              operation_.raw_label + ": other statements have gone through about " + std::to_string(out.rows) + " rows",
              "The transform was changed since, and it has no check that tells which rows are done.")
      .fix("Restore its statements and its key, and apply it again; or give it a check.")
      .with("operationId", operation_.raw_id);
}

void BatchRun::begin_pass(std::int64_t pass) {
  position_ = {pass, 0, {}, {}, 0, position_.of};
  changed_before_ = changed_;
  changed_ = 0;
  connection_.run(journal_.progress(place_, to_json(position_)));
}

// A statement without a condition would do the same again to rows that are done; one that changes as many rows as in
// the pass before does not get any further.
bool BatchRun::needs_another_pass(const std::function<bool()>& is_done) {
  constexpr std::int64_t most_passes = 10;
  if (operation_.postcheck.empty() || is_done()) return false;
  const auto has_condition = [](const Target& t) { return t.statement.has_condition(); };
  if (!std::all_of(targets_.begin(), targets_.end(), has_condition)) return false;
  const bool gets_on = !changed_ || (*changed_ > 0 && (!changed_before_ || *changed_ < *changed_before_));
  if (gets_on && position_.pass + 1 < most_passes) return true;
  begin_pass(0);
  return false;
}

void BatchRun::run(const std::optional<std::string>& progress, const std::function<bool()>& is_done) {
  targets_ = read_targets();
  std::string of;
  for (const auto& t : targets_) of += to_json(t.step) + to_json(t.key.columns);
  position_ = position_of(progress, sha256_hex(of));
  if (is_untouched()) changed_ = 0;
  while (true) {
    while (position_.statement < static_cast<std::int64_t>(targets_.size())) {
      go_through(targets_[static_cast<std::size_t>(position_.statement)]);
    }
    if (!needs_another_pass(is_done)) return;
    begin_pass(position_.pass + 1);
  }
}

void BatchRun::go_through(const Target& target) {
  start_ = Clock::now();
  next_report_ = start_ + between_reports;
  rows_at_start_ = position_.rows;
  if (position_.until.empty()) position_.until = greatest_key(target);
  if (position_.until.empty()) {
    ++position_.statement;
    return;
  }
  const std::int64_t statement = position_.statement;
  while (position_.statement == statement) {
    context_.check_cancelled();
    wait_for_replicas();
    run_batch(target);
    report(target.key);
    pause(batch_.pause_ms);
  }
}

Result BatchRun::ask_keys(const Target& target, const Sql& condition, std::vector<std::optional<std::string>> params,
                          const Sql& order) const {
  std::vector<Sql> texts;
  for (const auto& c : target.key.columns) {
    Sql text("k.{}::text", Ident{c});
    texts.push_back(std::move(text));
  }
  const Query query{Sql("SELECT {} FROM {} AS k WHERE {} ORDER BY {}", Sql::list(texts),
                        Sql::trusted(target.statement.table()), condition, order)
                        .text(),
                    std::move(params)};
  try {
    return connection_.run(query);
  } catch (const Error& e) {
    throw Apply::failure(e, operation_, {"the next batch", query.sql, {}, {}});
  }
}

namespace {

// The columns of the key `k`. An unqualified name behind ORDER BY would be that of the text that is selected.
Sql order_of(const BatchKey& key, const Sql& direction) {
  std::vector<Sql> out;
  for (const auto& c : key.columns) {
    Sql column("k.{}{}", Ident{c}, direction);
    out.push_back(std::move(column));
  }
  return Sql::list(out);
}

std::vector<std::string> first_row(const Result& r) {
  std::vector<std::string> out;
  for (int i = 0; r.rows() > 0 && i < r.columns(); ++i) out.emplace_back(r.at(0, i));
  return out;
}

}  // namespace

std::vector<std::string> BatchRun::greatest_key(const Target& t) const {
  return first_row(ask_keys(t, "true", {}, Sql("{} LIMIT 1", order_of(t.key, " DESC"))));
}

std::vector<std::string> BatchRun::next_end(const Target& t) const {
  std::vector<std::optional<std::string>> params;
  const Sql row = columns_of_row("k", t.key.columns);
  Sql condition("{} <= {}", row, parameters(1, t.key.types));
  add(params, position_.until);
  if (!position_.after.empty()) {
    condition += Sql(" AND {} > {}", row, parameters(params.size() + 1, t.key.types));
    add(params, position_.after);
  }
  auto out =
      first_row(ask_keys(t, condition, std::move(params), Sql("{} OFFSET {} LIMIT 1", order_of(t.key, ""), size_ - 1)));
  return out.empty() ? position_.until : out;
}

void BatchRun::run_batch(const Target& target) {
  for (int attempt = 1;; ++attempt) {
    const std::vector<std::string> end = next_end(target);
    const auto before = Clock::now();
    try {
      try_batch(target, end);
      adapt(std::chrono::duration_cast<Milliseconds>(Clock::now() - before));
      return;
    } catch (Error& e) {
      if (connection_.alive() && connection_.in_transaction()) connection_.run(Sql("ROLLBACK"));
      if (!wait_after(e, target, attempt)) throw Apply::failure(e, operation_, target.step);
    }
  }
}

void BatchRun::try_batch(const Target& target, const std::vector<std::string>& end) {
  const std::int64_t given = session_.limits().statement.value_or(0);
  const std::int64_t longest = given > 0 ? std::min(given, batch_.max_lock_ms) : batch_.max_lock_ms;
  const std::string lock = std::to_string(std::max<std::int64_t>(longest / 2, 1));
  BatchPosition then = position_;
  then.after = end;
  then.rows += size_;
  if (end == position_.until) then = {position_.pass, position_.statement + 1, {}, {}, 0, position_.of};
  const std::vector<Result> results = connection_.run_all(
      {{"BEGIN ISOLATION LEVEL READ COMMITTED", {}},
       {"SELECT pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', $2, true)",
        {lock, std::to_string(longest)}},
       statement_of_range(target.statement, target.step, target.key, position_.after, end),
       journal_.progress(place_, to_json(then))});
  constexpr std::size_t statement = 2, progress = 3;
  if (results[progress].affected() != 1) {
    throw Error(Code::migration_interrupted, "the journal of the migration is gone", "Somebody has removed its rows.");
  }
  connection_.run(Sql("COMMIT"));
  position_ = then;
  if (changed_) *changed_ += results[statement].affected();
  waiting_since_.reset();
}

// Whether the batch is to be tried again, after a while or with fewer rows.
bool BatchRun::wait_after(Error& e, const Target& target, int attempt) {
  if (e.code() == Code::database_statement_timeout && size_ > 1) {
    size_ /= 2;
    return true;
  }
  if (e.code() == Code::database_statement_timeout) {
    e.fix("One row takes longer than batch.maxLockMs (" + std::to_string(batch_.max_lock_ms) +
          " ms) or statementTimeoutMs: raise that, or make the statement faster, by an index it may need.");
    return false;
  }
  constexpr int most_deadlocks = 10;
  const bool is_lock = e.code() == Code::database_lock_timeout;
  if (!is_lock && !(has_sql_state(e, state_deadlock) && attempt < most_deadlocks)) return false;
  const auto now = Clock::now();
  if (!waiting_since_) waiting_since_ = now;
  const auto blockers = blockers_of_table(connection_, target.statement.table());
  const std::int64_t patience = session_.limits().lock;
  if (is_lock && patience > 0 && now - *waiting_since_ >= Milliseconds(patience)) {
    e.with_json("blockers", to_json(blockers));
    return false;
  }
  report_("waits for " + (blockers.empty() ? std::string("a lock") : described(blockers.front())),
          rows_done(target.key));
  context_.check_cancelled();
  std::this_thread::sleep_for(backoff(attempt, Milliseconds(50), Milliseconds(1000)));
  return true;
}

// Half of the time that a batch may take is what it should take.
void BatchRun::adapt(Milliseconds elapsed) {
  const std::int64_t wanted = std::max<std::int64_t>(batch_.max_lock_ms / 2, 1), took = elapsed.count();
  if (took > wanted) {
    size_ = std::max<std::int64_t>(1, size_ * wanted / took);
  } else if (took * 2 < wanted) {
    size_ = std::min(batch_.size, size_ * 2);
  }
}

void BatchRun::wait_for_replicas() {
  if (!batch_.max_lag_ms) return;
  while (Clock::now() >= next_look_at_replicas_) {
    const Result r =
        connection_.run(Sql("SELECT COALESCE((extract(epoch FROM max(replay_lag)) * 1000)::bigint, 0) FROM "
                            "pg_catalog.pg_stat_replication"));
    const std::int64_t lag = std::stoll(std::string(r.at(0, 0)));
    if (lag <= *batch_.max_lag_ms) {
      next_look_at_replicas_ = Clock::now() + between_looks;
      return;
    }
    report_("waits for a replica, " + std::to_string(lag) + " ms behind", {position_.rows, {}, 0, {}});
    pause(between_reports.count());
  }
}

void BatchRun::pause(std::int64_t milliseconds) {
  constexpr std::int64_t slice = 100;
  for (; milliseconds > 0; milliseconds -= slice) {
    context_.check_cancelled();
    std::this_thread::sleep_for(Milliseconds(std::min(milliseconds, slice)));
  }
}

RowProgress BatchRun::rows_done(const BatchKey& key) const {
  RowProgress out{position_.rows, key.rows, 0, {}};
  if (out.total) out.total = std::max(*out.total, out.done);
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(Clock::now() - start_).count();
  constexpr std::int64_t second = 1000;
  if (elapsed > 0) out.per_second = (position_.rows - rows_at_start_) * second / elapsed;
  if (out.total && out.per_second > 0) out.remaining_ms = (*out.total - out.done) * second / out.per_second;
  return out;
}

void BatchRun::report(const BatchKey& key) {
  const auto now = Clock::now();
  if (now < next_report_) return;
  next_report_ = now + between_reports;
  const RowProgress rows = rows_done(key);
  std::string message = std::to_string(rows.done) + " rows";
  if (rows.total) message += " of about " + std::to_string(*rows.total);
  message += ", " + std::to_string(rows.per_second) + " a second";
  constexpr std::int64_t second = 1000;
  if (rows.remaining_ms) message += ", about " + std::to_string(*rows.remaining_ms / second) + " s left";
  report_(message, rows);
}

}  // namespace plinth
