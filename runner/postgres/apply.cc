#include "runner/postgres/apply.h"

#include "engine/ops/by_hand/raw_sql.h"

namespace plinth {
namespace {

Query query(const Step& step) {
  Query out{step.sql, {}};
  const std::size_t count = step.params ? step.params->size() : 0;
  for (std::size_t i = 0; i < count; ++i) out.params.push_back(parameter_text(step, i));
  return out;
}

std::vector<Query> queries(const std::vector<Step>& steps) {
  std::vector<Query> out;
  out.reserve(steps.size());
  for (const auto& s : steps) out.push_back(query(s));
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
  for (const auto& [key, value] : e.meta()) out.with_json(key, value);
  out.with("operationId", op.raw_id).with("stepDescription", description).with("sql", sql);
  const bool uses_new_value = std::any_of(e.meta().begin(), e.meta().end(), [](const auto& m) {
    return m.first == "sqlState" && m.second == R"("55P04")";
  });
  if (uses_new_value) {
    out.fix(
        "Everything was rolled back. Apply the packages up to the one that adds the value of the enum first "
        "(`target`), "
        "then the others.");
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

RawSql skipped_record(RawSql op) {
  op.precheck.clear();
  op.execute.clear();
  op.raw_meta = JsonText{R"({"runner":{"skipped":true,"reason":"postcheck_pre_satisfied"}})"};
  return op;
}

}  // namespace

Query value_settings() {
  return {
      "SELECT set_config('row_security', 'off', true), set_config('extra_float_digits', '1', true), "
      "set_config('bytea_output', 'hex', true), set_config('datestyle', 'ISO', true), "
      "set_config('intervalstyle', 'postgres', true)",
      {}};
}

void set_time_limits(Connection& c, std::optional<std::int64_t> lock_ms, std::optional<std::int64_t> statement_ms) {
  std::vector<Query> out;
  if (lock_ms) out.push_back({"SELECT set_config('lock_timeout', $1, true)", {std::to_string(*lock_ms)}});
  if (statement_ms)
    out.push_back({"SELECT set_config('statement_timeout', $1, true)", {std::to_string(*statement_ms)}});
  if (!out.empty()) c.run_all(out);
}

void Apply::execute(const RawSql& op) {
  for (const auto& s : op.execute) {
    try {
      const bool bound = s.params && !s.params->empty();
      // Without parameters a step may hold several statements.
      if (bound) {
        connection_.run(query(s));
      } else {
        connection_.run(Sql::trusted(s.sql));
      }
    } catch (const Error& e) {
      throw in_operation(e, op, s.description, s.sql);
    }
    if (!connection_.in_transaction()) {
      throw Error(Code::migration_execution_failed, op.raw_label + ": a statement ended the transaction",
                  "COMMIT and ROLLBACK are the engine's; what ran before it may have been committed.")
          .with("operationId", op.raw_id)
          .with("sql", s.sql);
    }
  }
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

Applied Apply::run(const RawSql& op) {
  listener_(++step_, total_, op.raw_label);
  try {
    if (!op.postcheck.empty() && first_failure(connection_, op.postcheck) == nullptr) return {skipped_record(op), true};
  } catch (const Error& e) {
    throw in_operation(e, op, "checks", sql_of(op.postcheck, op.precheck));
  }
  return carry_out(op);
}

Applied Apply::run_always(const RawSql& op) {
  listener_(++step_, total_, op.raw_label);
  return carry_out(op);
}

Applied Apply::carry_out(const RawSql& op) {
  if (op.raw_class == OperationClass::data) {
    transform_ = op;
  } else if (transform_) {
    finish_deferred();
  }
  const Step* failed = nullptr;
  try {
    failed = first_failure(connection_, op.precheck);
  } catch (const Error& e) {
    throw in_operation(e, op, "checks", sql_of(op.postcheck, op.precheck));
  }
  if (failed != nullptr) {
    throw check_failed(Code::migration_precheck_failed, op, *failed,
                       "The operation starts from another state than the database is in.");
  }
  execute(op);
  try {
    failed = first_failure(connection_, op.postcheck);
  } catch (const Error& e) {
    throw in_operation(e, op, "postchecks", sql_of(op.postcheck, {}));
  }
  if (failed != nullptr) {
    throw check_failed(Code::migration_postcheck_failed, op, *failed,
                       "The statements ran, but did not do what the operation promises.");
  }
  return {op, false};
}

}  // namespace plinth
