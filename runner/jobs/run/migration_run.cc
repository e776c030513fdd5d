#include "runner/jobs/run/migration_run.h"

#include <set>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/transaction_control.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/typed_operation.h"
#include "runner/introspect/introspect.h"
#include "runner/introspect/settle_defaults.h"
#include "runner/jobs/sources/state.h"

namespace plinth {
namespace {

Contract copy_of(const std::optional<std::string>& text, const std::string& hash, const Package& package,
                 const char* file) {
  if (!text) {
    throw Error(Code::migration_snapshot_missing,
                "package \"" + package.name + "\" has no copy of the contract " + hash,
                "Without it the result cannot be verified.")
        .at(package.directory + "/" + file)
        .with("hash", hash);
  }
  Contract out = parse_contract(*text, package.directory + "/" + file);
  if (bare_hash(out.stored.storage_hash) != bare_hash(hash)) {
    throw Error(Code::migration_destination_contract_mismatch,
                "package \"" + package.name + "\" says " + hash + ", its " + file + " is " + out.stored.storage_hash,
                "The copy in the package is that of another contract.")
        .at(package.directory + "/" + file)
        .with("package", hash)
        .with("contract", out.stored.storage_hash);
  }
  return out;
}

std::vector<std::string> merged(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::set<std::string> out(a.begin(), a.end());
  out.insert(b.begin(), b.end());
  return {out.begin(), out.end()};
}

// What the server takes as a limit.
void check_limit(std::string_view name, std::int64_t milliseconds) {
  constexpr std::int64_t longest = 2147483647;
  if (milliseconds >= 0 && milliseconds <= longest) return;
  throw Error(Code::rpc_invalid_params, "params." + std::string(name) + ": expected 0 to " + std::to_string(longest) +
                                            " milliseconds, got " + std::to_string(milliseconds));
}

}  // namespace

std::string lock_schema_of(const Contract& contract) {
  for (const auto& n : contract.namespaces) {
    if (n.id != "__unbound__") return n.id;
  }
  return "__unbound__";
}

Contract end_contract_of(const Package& p) { return copy_of(p.end_contract, p.manifest.to, p, "end-contract.json"); }

std::optional<Contract> start_contract_of(const Package& p) {
  if (!p.manifest.from) return {};
  return copy_of(p.start_contract, *p.manifest.from, p, "start-contract.json");
}

LockedDatabase::LockedDatabase(Connection& connection, const Contract& destination, const TimeLimits& limits)
    : connection_(connection), transaction_(connection) {
  check_limit("lockTimeoutMs", limits.lock);
  check_limit("statementTimeoutMs", limits.statement.value_or(0));
  check_limit("migrationLockTimeoutMs", limits.migration_lock);
  lock_space(connection_, lock_schema_of(destination), app_space, limits.migration_lock);
  connection_.run(Sql("SET LOCAL row_security = off"));
  set_time_limits(connection_, limits.lock, limits.statement);
  ensure_bookkeeping(connection_);
  marker_ = read_marker(connection_, app_space);
}

void LockedDatabase::commit() {
  try {
    transaction_.commit();
  } catch (Error& e) {
    if (e.code() == Code::database_connection_lost || !connection_.alive()) {
      e.why("The answer to COMMIT never came: the migration is either applied as a whole or not at all.");
      e.fix("Apply it again once the server answers: the run finds out where the database is.");
    }
    throw;
  }
}

void refuse_transaction_commands(const std::vector<RawSql>& operations, const std::string& file) {
  for (const auto& op : operations) {
    for (const auto* steps : {&op.precheck, &op.execute, &op.postcheck}) {
      for (const auto& step : *steps) {
        const std::string command = transaction_command(step.sql);
        if (command.empty()) continue;
        throw Error(Code::migration_invalid_operation_entry, op.raw_label + ": a statement may not be " + command,
                    "A migration is committed as a whole or not at all; its transaction is the engine's.")
            .fix("Take " + command + " out of the statement; everything runs in one transaction.")
            .at(file)
            .with("operationId", op.raw_id)
            .with("sql", step.sql);
      }
    }
  }
}

namespace {

std::optional<Target> target_of(const RawSql& op) {
  const auto doc = json::parse(op.raw_target.text, Code::migration_invalid_operation_entry);
  const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "target");
  const Json* details = json::type(*doc) == json::Type::object ? json::member(*doc, "details") : nullptr;
  if (details == nullptr) return {};
  const auto text = [&](std::string_view key) -> std::string {
    const Json* value = json::member(*details, key);
    return value != nullptr && json::type(*value) == json::Type::string ? json::read_string(*value, at) : "";
  };
  return Target{text("schema"), text("objectType"), text("name"), text("table")};
}

// Keeps writers out of tables between the check of a transform and the conversion behind it: the server converts what
// it can and cuts the rest, so nobody may write what the check has not seen. Each table is locked once, with the first
// transform of its package.
class ConversionLocks {
 public:
  explicit ConversionLocks(Connection& connection) : connection_(connection) {}

  /// Before an operation of a package runs. O(operations) once for each package with transforms.
  void before(const Package& package, std::size_t position) {
    if (package.operations[position].raw_class != OperationClass::data || locked_for_ == &package) return;
    locked_for_ = &package;
    std::vector<std::string> names;
    for (std::size_t i = position + 1; i < package.operations.size(); ++i) {
      if (!package.operations[i].raw_id.starts_with("alterType.")) continue;
      const auto target = target_of(package.operations[i]);
      if (!target || !target->table) continue;
      const Name table{target->schema, *target->table};
      if (locked_.insert(table).second) names.push_back(Sql("{}", table).text());
    }
    lock(names);
  }

 private:
  // Those that are there, and that this role may lock: ALTER TABLE asks for no more than to own them.
  void lock(const std::vector<std::string>& names) {
    if (names.empty()) return;
    const Query lockable{
        "SELECT t FROM jsonb_array_elements_text($1::jsonb) AS t WHERE to_regclass(t) IS NOT NULL AND "
        "has_table_privilege(to_regclass(t), 'UPDATE, DELETE, TRUNCATE')",
        {to_json(names)}};
    const Result found = connection_.run(lockable);
    std::vector<Sql> tables;
    tables.reserve(names.size());
    for (int i = 0; i < found.rows(); ++i) tables.push_back(Sql::trusted(std::string(found.at(i, 0))));
    if (!tables.empty()) connection_.run(Sql("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", Sql::list(tables)));
  }

  Connection& connection_;
  const Package* locked_for_ = nullptr;
  std::set<Name> locked_;
};

// Whether another tool has stored an operation of the package.
bool holds_foreign_operations(const Package& p) {
  return std::any_of(p.operations.begin(), p.operations.end(),
                     [](const RawSql& op) { return op.raw_id.starts_with("setDefault.") && !op.postcheck.empty(); });
}

bool drops_something_named(const std::string& id) {
  static constexpr auto prefixes =
      std::to_array<std::string_view>({"dropColumn.", "dropConstraint.", "dropCheckConstraint.", "dropIndex."});
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view p) { return id.starts_with(p); });
}

// Nothing of the name was there to be dropped: it may go by another name, and still be there.
void suspect(const RawSql& op, Suspicions& out) {
  if (!drops_something_named(op.raw_id)) return;
  const auto target = target_of(op);
  if (target && target->table) out.insert({target->schema, *target->table, target->object_type});
}

}  // namespace

Verdict live_verdict(Connection& connection, const Contract& contract, Strictness strictness,
                     const Suspicions& suspicions) {
  Schema wanted = contract_schema(contract);
  const std::vector<std::string> schemas = schema_names(wanted);
  // A contract without a single namespace asks for nothing; an empty list would read everything.
  if (schemas.empty() && strictness == Strictness::tolerant) return {};
  Schema live = introspect(connection, {schemas}).schema;
  settle_defaults(connection, wanted, live);
  return verify(std::move(wanted), std::move(live), strictness, suspicions);
}

std::vector<std::string> verify_live(Connection& connection, const Contract& contract, Strictness strictness,
                                     const Suspicions& suspicions) {
  Verdict verdict = live_verdict(connection, contract, strictness, suspicions);
  if (verdict.ok()) return std::move(verdict.unclaimed);
  throw Error(Code::migration_schema_verify_failed,
              "the database does not satisfy the contract: " + verdict.issues.front().message +
                  (verdict.issues.size() > 1 ? " (and " + std::to_string(verdict.issues.size() - 1) + " more)" : ""),
              "Something differs that the migration did not settle; the issues are in meta.")
      .with("contract", contract.stored.storage_hash)
      .with_json("issues", to_json(verdict.issues));
}

RunReport run_packages(JobContext& context, LockedDatabase& database, const std::vector<Package>& path,
                       Strictness strictness) {
  RunReport out;
  Connection& connection = database.connection();
  std::int64_t total = 1;
  for (const auto& p : path) {
    refuse_transaction_commands(p.operations, p.directory.empty() ? "" : p.directory + "/ops.json");
    total += static_cast<std::int64_t>(p.operations.size());
  }
  Apply apply(connection, total, [&](std::int64_t step, std::int64_t of, const std::string& label) {
    context.check_cancelled();
    context.progress(step, of, label);
  });
  std::vector<LedgerRow> rows;
  Suspicions suspicions;
  ConversionLocks locks(connection);
  std::vector<std::string> invariants = database.marker() ? database.marker()->invariants : std::vector<std::string>{};
  for (const auto& p : path) {
    PackageOutcome& outcome = out.packages.emplace_back(
        PackageOutcome{p.name, p.manifest.migration_hash, p.manifest.from, p.manifest.to, {}});
    LedgerRow& row = rows.emplace_back(
        LedgerRow{p.name, p.manifest.migration_hash, p.manifest.from.value_or("sha256:empty"), p.manifest.to, {}});
    const Schema result =
        p.end_contract && holds_foreign_operations(p) ? contract_schema(end_contract_of(p)) : Schema();
    for (std::size_t i = 0; i < p.operations.size(); ++i) {
      const RawSql& op = p.operations[i];
      locks.before(p, i);
      Applied done = skippable_default(op, result) ? apply.run_always(op) : apply.run(op);
      if (done.skipped) suspect(op, suspicions);
      outcome.operations.push_back({op.raw_id, op.raw_label, done.skipped});
      row.operations.push_back(std::move(done.record));
    }
    invariants = merged(invariants, p.manifest.provided_invariants);
  }
  context.check_cancelled();
  context.progress(total, total, "Verify the schema");
  const Contract destination = end_contract_of(path.back());
  out.unclaimed = verify_live(connection, destination, strictness, suspicions);
  out.marker = {destination.stored.storage_hash, destination.stored.profile_hash, invariants};
  write_marker(connection, app_space, database.marker(), out.marker);
  for (std::size_t i = 0; i < path.size(); ++i) {
    append_ledger(connection, app_space, rows[i]);
    if (path[i].end_contract) keep_contract(connection, path[i].manifest.to, *path[i].end_contract);
  }
  return out;
}

}  // namespace plinth
