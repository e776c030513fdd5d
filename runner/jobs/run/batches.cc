#include "runner/jobs/run/batches.h"

#include <set>
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

// The statement of one range: behind the rows `after`, up to `end`; where one of them is empty, without that limit.
Query statement_of_range(const RowStatement& statement, const Step& step, const std::vector<std::string>& columns,
                         const std::vector<std::string>& types, const std::vector<std::string>& after,
                         const std::vector<std::string>& end) {
  Query out = query_of(step);
  const Sql row = columns_of_row(statement.row(), columns);
  std::vector<Sql> conditions;
  for (const auto& [limit, is_start] : {std::pair(&after, true), std::pair(&end, false)}) {
    if (limit->empty()) continue;
    const Sql values = parameters(out.params.size() + 1, types);
    conditions.push_back(is_start ? Sql("{} > {}", row, values) : Sql("{} <= {}", row, values));
    add(out.params, *limit);
  }
  if (!conditions.empty()) out.sql = statement.restricted(Sql::list(conditions, " AND "));
  return out;
}

Error no_key(const RawSql& op, const RowStatement& statement, const Batch& batch, const std::string& known) {
  std::string by;
  for (const auto& c : batch.by) by.append(by.empty() ? "" : ", ").append(c);
  Error out(Code::migration_not_batchable,
            batch.by.empty() ? "table " + statement.table() + " has no primary key to go through it by"
                             : "table " + statement.table() + " has no unique key (" + by + ") to go through it by",
            "A key is a unique index over columns that are NOT NULL, without a condition.");
  out.fix(known.empty() ? "Add such a key first; or leave out batch, and the transform runs as a whole."
                        : "Name the columns of one of its keys in batch.by: " + known + ".");
  return out.with("operationId", op.raw_id).with("table", statement.table());
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

BatchRun::Key BatchRun::key_of(const RowStatement& statement) const {
  const Result r = connection_.run(Query{
      "SELECT COALESCE(i.indisprimary, false), (SELECT json_agg(a.attname ORDER BY k) FROM generate_series(0, "
      "i.indnkeyatts - 1) k JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k]), (SELECT "
      "json_agg(pg_catalog.format_type(a.atttypid, -1) ORDER BY k) FROM generate_series(0, i.indnkeyatts - 1) k JOIN "
      "pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k]), c.reltuples::bigint FROM "
      "pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique AND i.indisvalid "
      "AND i.indisready AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT FROM generate_series(0, "
      "i.indnkeyatts - 1) k JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k] WHERE NOT "
      "a.attnotnull) WHERE c.oid = pg_catalog.to_regclass($1) AND c.relkind IN ('r', 'p') ORDER BY 1 DESC, "
      "i.indexrelid",
      {statement.table()}});
  if (r.rows() == 0) throw no_key(operation_, statement, batch_, "");
  const std::set<std::string> wanted(batch_.by.begin(), batch_.by.end());
  std::string known;
  for (int row = 0; row < r.rows(); ++row) {
    if (r.is_null(row, 1)) continue;
    Key key;
    const auto at = JsonPath::root(Code::engine_internal, "key");
    decode(key.columns, *json::parse(std::string(r.at(row, 1)), Code::engine_internal), at);
    decode(key.types, *json::parse(std::string(r.at(row, 2)), Code::engine_internal), at);
    const std::int64_t rows = std::stoll(std::string(r.at(row, 3)));
    if (rows > 0) key.rows = rows;
    const bool fits = wanted.empty() ? r.at(row, 0) == "t" : std::set(key.columns.begin(), key.columns.end()) == wanted;
    if (fits) return key;
    std::string names;
    for (const auto& c : key.columns) names.append(names.empty() ? "" : ", ").append(c);
    known.append(known.empty() ? "(" : "; (").append(names).append(")");
  }
  throw no_key(operation_, statement, batch_, known);
}

std::vector<BatchRun::Target> BatchRun::targets() const {
  std::vector<Target> out;
  for (const auto& step : operation_.execute) {
    RowStatement statement = row_statement(step.sql, operation_.raw_id);
    Key key = key_of(statement);
    for (const auto& assigned : statement.assigns()) {
      if (std::find(key.columns.begin(), key.columns.end(), assigned) == key.columns.end()) continue;
      throw Error(Code::migration_not_batchable, "the statement changes " + q(assigned) + ", a column of the key",
                  "A row whose key changes could be gone through twice, or not at all.")
          .with("operationId", operation_.raw_id)
          .with("sql", step.sql);
    }
    out.push_back({std::move(statement), step, std::move(key)});
  }
  return out;
}

BatchPosition BatchRun::position_of(const std::optional<std::string>& progress, const std::string& of) const {
  BatchPosition fresh;
  fresh.of = of;
  if (!progress) return fresh;
  BatchPosition out;
  decode(out, *json::parse(*progress, Code::engine_internal), JsonPath::root(Code::engine_internal, "progress"));
  if (out.of == of) return out;
  if (!operation_.postcheck.empty()) return fresh;
  throw Error(Code::migration_interrupted,
              operation_.raw_label + ": other statements have gone through about " + std::to_string(out.rows) + " rows",
              "The transform was changed since, and it has no check that tells which rows are done.")
      .fix("Restore its statements and its key, and apply it again; or give it a check.")
      .with("operationId", operation_.raw_id);
}

void BatchRun::run(const std::optional<std::string>& progress, const std::function<bool()>& is_done) {
  const std::vector<Target> all = targets();
  std::string of;
  for (const auto& t : all) of += to_json(t.step) + to_json(t.key.columns);
  of = sha256_hex(of);
  position_ = position_of(progress, of);
  start_ = Clock::now();
  next_report_ = start_ + between_reports;
  rows_at_start_ = position_.rows;
  while (true) {
    while (position_.statement < static_cast<std::int64_t>(all.size())) {
      go_through(all[static_cast<std::size_t>(position_.statement)]);
    }
    if (operation_.postcheck.empty() || is_done()) return;
    const bool goes_on = position_.changed > 0;
    position_ = {position_.pass + 1, 0, {}, 0, 0, of};
    rows_at_start_ = 0;
    start_ = Clock::now();
    connection_.run(journal_.progress(place_, to_json(position_)));
    if (!goes_on) return;
  }
}

void BatchRun::go_through(const Target& target) {
  const std::int64_t statement = position_.statement;
  while (position_.statement == statement) {
    context_.check_cancelled();
    wait_for_replicas();
    run_batch(target, next_end(target));
    report(target.key);
    pause(batch_.pause_ms);
  }
}

std::vector<std::string> BatchRun::next_end(const Target& t) {
  // An unqualified name behind ORDER BY would be that of the text.
  std::vector<Sql> columns, texts;
  for (const auto& c : t.key.columns) {
    Sql column("k.{}", Ident{c}), text("k.{}::text", Ident{c});
    columns.push_back(std::move(column));
    texts.push_back(std::move(text));
  }
  Query query;
  Sql condition("true");
  if (!position_.after.empty()) {
    condition = Sql("({}) > {}", Sql::list(columns), parameters(1, t.key.types));
    add(query.params, position_.after);
  }
  query.sql = Sql("SELECT {} FROM {} AS k WHERE {} ORDER BY {} OFFSET {} LIMIT 1", Sql::list(texts),
                  Sql::trusted(t.statement.table()), condition, Sql::list(columns), size_ - 1)
                  .text();
  std::vector<std::string> out;
  try {
    const Result r = connection_.run(query);
    for (int i = 0; r.rows() > 0 && i < r.columns(); ++i) out.emplace_back(r.at(0, i));
  } catch (const Error& e) {
    throw Apply::failure(e, operation_, {"the next batch", query.sql, {}, {}});
  }
  return out;
}

void BatchRun::run_batch(const Target& target, const std::vector<std::string>& last) {
  std::vector<std::string> end = last;
  for (int attempt = 1;; ++attempt) {
    BatchPosition then = position_;
    then.after = end;
    then.rows += size_;
    if (end.empty()) ++then.statement;
    const auto before = Clock::now();
    try {
      try_batch(target, end, then);
      adapt(std::chrono::duration_cast<Milliseconds>(Clock::now() - before));
      return;
    } catch (Error& e) {
      if (connection_.alive() && connection_.in_transaction()) connection_.run(Sql("ROLLBACK"));
      if (!wait_after(e, target, attempt)) throw Apply::failure(e, operation_, target.step);
      end = next_end(target);
    }
  }
}

void BatchRun::try_batch(const Target& target, const std::vector<std::string>& end, const BatchPosition& then) {
  const std::int64_t given = session_.limits().statement.value_or(0);
  const std::int64_t longest = given > 0 ? std::min(given, batch_.max_lock_ms) : batch_.max_lock_ms;
  const std::string lock = std::to_string(std::max<std::int64_t>(longest / 2, 1));
  const std::vector<Query> queries = {
      {"BEGIN ISOLATION LEVEL READ COMMITTED", {}},
      {"SELECT pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', $2, true)",
       {lock, std::to_string(longest)}},
      statement_of_range(target.statement, target.step, target.key.columns, target.key.types, position_.after, end),
      journal_.progress(place_, to_json(then)),
      {"COMMIT", {}}};
  const std::vector<Result> results = connection_.run_all(queries);
  constexpr std::size_t statement = 2;
  position_ = then;
  position_.changed += results[statement].affected();
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

RowProgress BatchRun::rows_done(const Key& key) const {
  RowProgress out{position_.rows, key.rows, 0, {}};
  if (out.total) out.total = std::max(*out.total, out.done);
  const auto elapsed = std::chrono::duration_cast<Milliseconds>(Clock::now() - start_).count();
  constexpr std::int64_t second = 1000;
  if (elapsed > 0) out.per_second = (position_.rows - rows_at_start_) * second / elapsed;
  if (out.total && out.per_second > 0) out.remaining_ms = (*out.total - out.done) * second / out.per_second;
  return out;
}

void BatchRun::report(const Key& key) {
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
