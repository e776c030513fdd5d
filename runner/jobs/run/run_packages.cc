#include "runner/jobs/run/run_packages.h"

#include <set>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/sql/transaction_control.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/kept_attributes.h"
#include "planner/plan/typed_operation.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/postgres/apply.h"

namespace plinth {
namespace {

std::vector<std::string> merged(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::set<std::string> out(a.begin(), a.end());
  out.insert(b.begin(), b.end());
  return {out.begin(), out.end()};
}

}  // namespace

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

// A package in the run: its operations as they are stored, and as what they are.
struct Running {
  const Package& package;
  std::vector<Operation> typed;
};

// Another tool's operations are known by the schema that the package leads to; it is looked at where there are any.
Running running(const Package& package) {
  Running out{package, typed_operations(package)};
  const auto is_raw = [](const Operation& op) { return holds_alternative<RawSql>(op); };
  if (!package.end_contract || std::none_of(out.typed.begin(), out.typed.end(), is_raw)) return out;
  const Schema destination = contract_schema(end_contract_of(package));
  for (auto& op : out.typed) op = as_typed(op, destination);
  return out;
}

// The table whose values an operation converts or takes away. Of SQL that is not understood, what it says of itself.
std::optional<Name> table_of_values(const Operation& op) {
  if (const auto* change = get_if<AlterColumnType>(&op)) return change->on();
  const bool drops = holds_alternative<DropColumn>(op) || holds_alternative<DropTable>(op) ||
                     (holds_alternative<RawSql>(op) && operation_class(op) == OperationClass::destructive);
  const auto stated = drops ? target(op) : std::nullopt;
  if (!stated || (!stated->table && stated->object_type != "table")) return {};
  return Name{stated->schema, stated->table.value_or(stated->name)};
}

// Keeps writers out of tables between a transform and what converts or drops the values behind it: nobody may write
// what the transform has not seen. Each table is locked once, with the first transform that finds it.
class ValueLocks {
 public:
  explicit ValueLocks(Connection& connection) : connection_(connection) {}

  /// Before an operation of a package runs. O(operations) for each transform.
  void before(const Running& run, std::size_t position) {
    if (run.package.operations[position].raw_class != OperationClass::data) return;
    std::set<std::string> names;
    for (std::size_t i = position + 1; i < run.typed.size(); ++i) {
      const auto table = table_of_values(run.typed[i]);
      if (!table) continue;
      std::string name = Sql("{}", *table).text();
      if (locked_.count(name) == 0) names.insert(std::move(name));
    }
    lock({names.begin(), names.end()});
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
    for (int i = 0; i < found.rows(); ++i) {
      locked_.emplace(found.at(i, 0));
      tables.push_back(Sql::trusted(std::string(found.at(i, 0))));
    }
    if (!tables.empty()) connection_.run(Sql("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", Sql::list(tables)));
  }

  Connection& connection_;
  std::set<std::string> locked_;
};

bool drops_something_named(const Operation& op) {
  return drops_part(op) || (holds_alternative<RawSql>(op) && operation_class(op) == OperationClass::destructive);
}

// Nothing of the name was there to be dropped: it may go by another name, and still be there.
void suspect(const Operation& op, Suspicions& out) {
  if (!drops_something_named(op)) return;
  const auto found = target(op);
  if (found && found->table) out.insert({found->schema, *found->table, found->object_type});
}

}  // namespace

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
  ValueLocks locks(connection);
  std::vector<std::string> invariants = database.marker() ? database.marker()->invariants : std::vector<std::string>{};
  for (const auto& p : path) {
    PackageOutcome& outcome = out.packages.emplace_back(
        PackageOutcome{p.name, p.manifest.migration_hash, p.manifest.from, p.manifest.to, {}});
    LedgerRow& row =
        rows.emplace_back(LedgerRow{p.name, p.manifest.migration_hash, ledger_origin(p.manifest), p.manifest.to, {}});
    const Running run = running(p);
    const KeptAttributes kept = kept_attributes(run.typed);
    for (std::size_t i = 0; i < p.operations.size(); ++i) {
      const RawSql& op = p.operations[i];
      locks.before(run, i);
      if (const auto* sql = KeptAttributes::at(kept.before, i)) apply.restore(op, *sql);
      Applied done = skippable_default(op, run.typed[i]) ? apply.run_always(op) : apply.run(op);
      if (const auto* sql = KeptAttributes::at(kept.after, i)) apply.restore(op, *sql);
      if (done.skipped) suspect(run.typed[i], suspicions);
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
