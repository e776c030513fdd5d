#include "runner/jobs/mark_migration_applied.h"

#include "engine/ops/by_hand/raw_sql.h"
#include "planner/plan/slots.h"
#include "runner/files/store.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

// The ledger says of every operation that it was not run, and whether the schema was verified.
RawSql marked(RawSql op, bool forced) {
  op.precheck.clear();
  op.execute.clear();
  op.raw_meta = JsonText{forced ? R"({"runner":{"skipped":true,"reason":"marked_applied_by_force"}})"
                                : R"({"runner":{"skipped":true,"reason":"marked_applied"}})"};
  return op;
}

void check_origin(const std::optional<Marker>& marker, const Package& package) {
  if (!marker) return;
  if (package.manifest.from && bare_hash(marker->core_hash) == bare_hash(*package.manifest.from)) return;
  throw Error(Code::migration_marker_origin_mismatch,
              "package \"" + package.name + "\" starts at " + package.manifest.from.value_or("an empty database") +
                  ", the database is at " + marker->core_hash,
              "Recording it would leave a gap in the history; force records it all the same.")
      .with("expected", package.manifest.from.value_or("empty"))
      .with("marker", marker->core_hash);
}

}  // namespace

MarkResult mark_migration_applied(JobContext& context, const MarkRequest& p) {
  const Package package = load_package(p.package);
  check_integrity(package);
  require_filled(typed_operations(package), package.directory + "/ops.json");
  const Contract destination = end_contract_of(package);
  const std::string space = space_of_package(package.directory).id;
  Connection connection = context.connect(p.url);
  TimeLimits limits;
  limits.migration_lock = p.migration_lock_timeout_ms.value_or(limits.migration_lock);
  LockedDatabase database(context, connection, destination, space, limits);
  const auto& before = database.marker();
  MarkResult out;
  out.to = destination.stored.storage_hash;
  if (before) out.from = before->core_hash;
  if (before && bare_hash(before->core_hash) == bare_hash(out.to)) {
    out.already_applied = true;
    // Prisma 8 takes no marker in the spelling of earlier tools, nor they one in that of Prisma 8.
    const bool is_right = before->core_hash == out.to && before->profile_hash == destination.stored.profile_hash;
    if (is_right && read_journal(connection, space).empty()) return out;
    // What a migration has left in its journal is settled only by a schema that is right.
    if (is_right) verify_live(connection, destination, p.strict ? Strictness::strict : Strictness::tolerant);
    write_marker(connection, space, before, {out.to, destination.stored.profile_hash, before->invariants});
    keep_contract(connection, out.to, *package.end_contract);
    clear_journal(connection, space);
    database.commit();
    return out;
  }
  const Strictness strictness = p.strict ? Strictness::strict : Strictness::tolerant;
  if (p.force) {
    out.issues = live_verdict(connection, destination, strictness).issues;
    out.forced = true;
  } else {
    check_origin(before, package);
    verify_live(connection, destination, strictness);
  }
  Marker after{destination.stored.storage_hash, destination.stored.profile_hash, package.manifest.provided_invariants};
  if (before) {
    after.invariants.insert(after.invariants.end(), before->invariants.begin(), before->invariants.end());
    std::sort(after.invariants.begin(), after.invariants.end());
    after.invariants.erase(std::unique(after.invariants.begin(), after.invariants.end()), after.invariants.end());
  }
  write_marker(connection, space, before, after);
  LedgerRow row{
      package.name, package.manifest.migration_hash, ledger_origin(package.manifest), package.manifest.to, {}};
  for (const auto& op : package.operations) row.operations.push_back(marked(op, p.force));
  append_ledger(connection, space, row);
  keep_contract(connection, package.manifest.to, *package.end_contract);
  clear_journal(connection, space);
  database.commit();
  return out;
}

}  // namespace plinth
