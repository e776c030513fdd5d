#include "runner/postgres/apply.h"

#include <chrono>
#include <thread>

#include "engine/ops/by_hand/raw_sql.h"
#include "runner/postgres/backoff.h"
#include "runner/postgres/server_error.h"
#include "runner/postgres/space_lock.h"

namespace plinth {

Query query_of(const Step& step) {
  Query out{step.sql, {}};
  const std::size_t count = step.params ? step.params->size() : 0;
  for (std::size_t i = 0; i < count; ++i) out.params.push_back(parameter_text(step, i));
  return out;
}

namespace {

std::vector<Query> queries(const std::vector<Step>& steps) {
  std::vector<Query> out;
  out.reserve(steps.size());
  for (const auto& s : steps) out.push_back(query_of(s));
  return out;
}

// The first check that does not hold.
const Step* first_failure(Connection& c, const std::vector<Step>& checks) {
  const auto results = c.run_all(queries(checks));
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (!results[i].truthy()) return &checks[i];
  }
  return nullptr;
}

// Causes that lie outside the migration keep their own code.
bool is_circumstance(Code code) {
  return code == Code::database_connection_lost || code == Code::database_read_only ||
         code == Code::database_insufficient_privilege || code == Code::database_disk_full ||
         code == Code::database_lock_timeout || code == Code::database_statement_timeout || code == Code::rpc_cancelled;
}

Error in_operation(const Error& e, const RawSql& op, const std::string& description, const std::string& sql) {
  const bool circumstance = is_circumstance(e.code());
  Error out(circumstance ? e.code() : Code::migration_execution_failed, op.raw_label + ": " + e.what(), e.reason());
  if (circumstance && !e.remedy().empty()) out.fix(e.remedy());
  for (const auto& [key, value] : e.meta()) out.with_json(key, value);
  out.with("operationId", op.raw_id).with("stepDescription", description);
  if (!sql.empty()) out.with("sql", sql);
  if (has_sql_state(e, state_unsafe_enum_value)) {
    out.fix("Commit what adds the value of the enum first: leave out commit: \"run\", or apply up to that package.");
  }
  return out;
}

Error check_failed(Code code, const RawSql& op, const Step& check, const std::string& why) {
  return Error(code, op.raw_label + ": does not hold: " + check.description, why)
      .with("operationId", op.raw_id)
      .with("stepDescription", check.description)
      .with("sql", check.sql);
}

// Checks are sent together: which of them failed is not known, only that it is one of these.
std::string sql_of(const std::vector<Step>& checks, const std::vector<Step>& more) {
  std::string out;
  for (const auto* steps : {&checks, &more}) {
    for (const auto& s : *steps) out.append(out.empty() ? "" : ";\n").append(s.sql);
  }
  return out;
}

// A run ended while this ran, and nobody saw how it ended.
Error interrupted(const RawSql& op, const std::string& why) {
  Error out(Code::migration_interrupted, op.raw_label + ": a run ended while this was running", why);
  std::vector<std::string> inspect;
  for (const auto* checks : {&op.precheck, &op.postcheck}) {
    for (const auto& check : *checks) inspect.push_back(check.description);
  }
  return out.with("operationId", op.raw_id).with("inspect", inspect).with("sql", sql_of(op.execute, {}));
}

}  // namespace

RawSql Apply::skipped_record(RawSql op) {
  op.precheck.clear();
  op.execute.clear();
  op.raw_meta = JsonText{R"({"runner":{"skipped":true,"reason":"postcheck_pre_satisfied"}})"};
  return op;
}

Query value_settings(SettingScope scope) {
  const std::string end = scope == SettingScope::transaction ? "', true)" : "', false)";
  constexpr std::pair<const char*, const char*> settings[] = {{"row_security", "off"},
                                                              {"extra_float_digits", "1"},
                                                              {"bytea_output", "hex"},
                                                              {"datestyle", "ISO"},
                                                              {"intervalstyle", "postgres"}};
  std::string sql;
  for (const auto& [name, value] : settings) {
    sql += sql.empty() ? "SELECT " : ", ";
    sql.append("set_config('").append(name).append("', '").append(value).append(end);
  }
  return {sql, {}};
}

void set_time_limits(Connection& c, std::optional<std::int64_t> lock_ms, std::optional<std::int64_t> statement_ms,
                     SettingScope scope) {
  const std::string local = scope == SettingScope::transaction ? "true" : "false";
  std::vector<Query> out;
  if (lock_ms) {
    out.push_back({"SELECT set_config('lock_timeout', $1, $2::boolean)", {std::to_string(*lock_ms), local}});
  }
  if (statement_ms) {
    out.push_back({"SELECT set_config('statement_timeout', $1, $2::boolean)", {std::to_string(*statement_ms), local}});
  }
  if (!out.empty()) c.run_all(out);
}

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// The table that an operation waits for, as SQL names it; empty where it does not say.
std::string table_of(const RawSql& op) {
  const auto target = op.target();
  return target ? Sql("{}", Name{target->schema, target->table.value_or(target->name)}).text() : std::string();
}

// An autovacuum that is in the way is ended by the server for whoever has waited for `deadlock_timeout`, so an attempt
// must wait a little longer than that.
std::int64_t longer_than_autovacuum(Connection& c, std::int64_t attempt) {
  constexpr std::int64_t margin = 200, longest = 5'000;
  const Result r = c.run(Sql("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'"));
  return std::max(attempt, std::min<std::int64_t>(std::stoll(std::string(r.at(0, 0))) + margin, longest));
}

}  // namespace

// A savepoint before the statement keeps what the transaction has done. Who holds the table up is told in between.
void Apply::execute_retrying(const RawSql& op, const Step& step) {
  if (!attempt_ms_) attempt_ms_ = longer_than_autovacuum(connection_, patience_.attempt);
  const auto end = Clock::now() + Milliseconds(patience_.total);
  for (int attempt = 1;; ++attempt) {
    const auto left = std::chrono::duration_cast<Milliseconds>(end - Clock::now()).count();
    const bool is_last = patience_.total > 0 && left <= *attempt_ms_;
    const std::int64_t limit = is_last ? std::max<std::int64_t>(left, 1) : *attempt_ms_;
    try {
      connection_.run_all({{"SAVEPOINT plinth_attempt", {}},
                           {"SET LOCAL lock_timeout = " + std::to_string(limit), {}},
                           query_of(step),
                           {"SET LOCAL lock_timeout = " + std::to_string(patience_.total), {}},
                           {"RELEASE SAVEPOINT plinth_attempt", {}}});
      return;
    } catch (Error& e) {
      if (e.code() != Code::database_lock_timeout) throw;
      connection_.run_all({{"ROLLBACK TO SAVEPOINT plinth_attempt", {}}, {"RELEASE SAVEPOINT plinth_attempt", {}}});
      const auto blockers = blockers_of_table(connection_, table_of(op));
      if (is_last) throw e.with_json("blockers", to_json(blockers));
      listener_(
          step_, total_,
          op.raw_label + ": waits for " + (blockers.empty() ? std::string("a lock") : described(blockers.front())));
      std::this_thread::sleep_for(backoff(attempt, Milliseconds(50), Milliseconds(1'000)));
    }
  }
}

void Apply::execute(const RawSql& op, Execution how) {
  for (const auto& s : op.execute) {
    try {
      const bool bound = s.params && !s.params->empty();
      if (how == Execution::retrying) {
        execute_retrying(op, s);
      } else if (bound) {
        connection_.run(query_of(s));
      } else {
        // Without parameters a step may hold several statements.
        connection_.run(Sql::trusted(s.sql));
      }
    } catch (const Error& e) {
      throw in_operation(e, op, s.description, s.sql);
    }
    if (how != Execution::outside && !connection_.in_transaction()) {
      throw Error(Code::migration_execution_failed, op.raw_label + ": a statement ended the transaction",
                  "COMMIT and ROLLBACK are the engine's; what ran before it may have been committed.")
          .with("operationId", op.raw_id)
          .with("sql", s.sql);
    }
  }
}

SessionLimits::SessionLimits(Connection& connection, std::int64_t lock_ms, std::int64_t statement_ms)
    : connection_(connection) {
  const Result before =
      connection_.run(Sql("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"));
  lock_ = before.at(0, 0);
  statement_ = before.at(0, 1);
  set(std::to_string(lock_ms), std::to_string(statement_ms));
}

SessionLimits::~SessionLimits() {
  try {
    if (connection_.alive()) set(lock_, statement_);
  } catch (const std::exception&) {
    // Without a connection there is no session whose limits could stay.
    lock_.clear();
  }
}

void SessionLimits::set(const std::string& lock, const std::string& statement) {
  connection_.run(Query{"SELECT set_config('lock_timeout', $1, false), set_config('statement_timeout', $2, false)",
                        {lock, statement}});
}

void Apply::restore(const RawSql& op, const std::string& sql) {
  try {
    connection_.run(Query{sql, {}});
  } catch (const Error& e) {
    throw in_operation(e, op, "keep comments, privileges and owners", sql);
  }
}

void Apply::finish_deferred() {
  const RawSql transform = std::move(*transform_);
  transform_.reset();
  std::string sql = "SET CONSTRAINTS ALL IMMEDIATE";
  try {
    connection_.run(Query{sql, {}});
    const Result deferred = connection_.run(
        Query{"SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.conname), ', ') FROM pg_constraint c JOIN "
              "pg_namespace n ON n.oid = c.connamespace WHERE c.condeferred",
              {}});
    if (deferred.is_null(0, 0)) return;
    sql = Sql("SET CONSTRAINTS {} DEFERRED", Sql::trusted(std::string(deferred.at(0, 0)))).text();
    connection_.run(Query{sql, {}});
  } catch (const Error& e) {
    throw in_operation(e, transform, "deferred constraints and triggers", sql);
  }
}

namespace {

constexpr const char* starts_elsewhere = "The operation starts from another state than the database is in.";
constexpr const char* promised_more = "The statements ran, but did not do what the operation promises.";

}  // namespace

bool Apply::holds(const RawSql& op, const std::vector<Step>& checks) {
  try {
    return first_failure(connection_, checks) == nullptr;
  } catch (const Error& e) {
    throw in_operation(e, op, "checks", sql_of(op.postcheck, op.precheck));
  }
}

Applied Apply::run(const RawSql& op, Execution how) {
  announce(op);
  if (!op.postcheck.empty() && holds(op, op.postcheck)) return {skipped_record(op), true};
  return carry_out(op, how);
}

Applied Apply::run_always(const RawSql& op, Execution how) {
  announce(op);
  return carry_out(op, how);
}

Applied Apply::resume(const RawSql& op, bool may_start_again) {
  announce(op);
  if (op.postcheck.empty()) throw interrupted(op, "It has no check that tells whether it was done.");
  if (holds(op, op.postcheck)) return {op, false};
  if (!may_start_again) throw interrupted(op, "Which of its statements have run is not known.");
  if (holds(op, op.precheck)) return carry_out(op, Execution::outside);
  throw interrupted(op, "Neither what it starts from nor what it leads to is there.");
}

Applied Apply::carry_out(const RawSql& op, Execution how) {
  if (op.raw_class == OperationClass::data) {
    transform_ = op;
  } else if (transform_ && how != Execution::outside) {
    finish_deferred();
  }
  require(op, op.precheck, Code::migration_precheck_failed, starts_elsewhere);
  execute(op, how);
  require(op, op.postcheck, Code::migration_postcheck_failed, promised_more);
  return {op, false};
}

void Apply::require(const RawSql& op, const std::vector<Step>& checks, Code code, const std::string& why) {
  const Step* failed = nullptr;
  try {
    failed = first_failure(connection_, checks);
  } catch (const Error& e) {
    throw in_operation(e, op, "checks", sql_of(checks, {}));
  }
  if (failed != nullptr) throw check_failed(code, op, *failed, why);
}

Applied Apply::run_by(const RawSql& op, bool goes_on, const std::function<void()>& statements) {
  announce(op);
  if (!goes_on && is_done(op)) return {skipped_record(op), true};
  if (!goes_on) require(op, op.precheck, Code::migration_precheck_failed, starts_elsewhere);
  statements();
  require(op, op.postcheck, Code::migration_postcheck_failed, promised_more);
  return {op, false};
}

Error Apply::failure(const Error& e, const RawSql& op, const Step& step) {
  return in_operation(e, op, step.description, step.sql);
}

}  // namespace plinth
