#include "runner/jobs/database/verify_database.h"

#include "engine/names.h"
#include "planner/render/summary.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/routing.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

Strictness strictness_of(bool strict) { return strict ? Strictness::strict : Strictness::tolerant; }

void check_marker(const std::optional<Marker>& marker, const Contract& contract, VerifyDatabaseResult& out) {
  if (!marker) {
    out.diagnostics.push_back(diagnostic_of(Error(Code::migration_marker_missing, "the database is not signed")));
    return;
  }
  out.marker = {marker->core_hash, marker->profile_hash};
  out.invariants = marker->invariants;
  const bool same_storage = bare_hash(marker->core_hash) == bare_hash(contract.stored.storage_hash);
  if (same_storage && bare_hash(marker->profile_hash) == bare_hash(contract.stored.profile_hash)) return;
  Error e(Code::migration_marker_mismatch,
          same_storage
              ? "the database was signed for another profile: " + marker->profile_hash
              : "the database is at " + marker->core_hash + ", the contract is " + contract.stored.storage_hash,
          "It was migrated to, or signed for, another contract.");
  e.fix(
      "Apply the migrations that lead to the contract; or, where the database satisfies it already, call "
      "signDatabase.");
  out.diagnostics.push_back(diagnostic_of(e));
}

// Markers of spaces that the contract does not know, and extensions that are not where the application needs them.
void check_spaces(Connection& connection, const Contract& contract, const std::optional<FilePath>& migrations,
                  VerifyDatabaseResult& out) {
  for (const auto& space : marked_spaces(connection)) {
    if (space == app_space || holds(contract.extension_packs, space)) continue;
    out.diagnostics.push_back(
        diagnostic_of(Error(Code::migration_undeclared_space, "the database has a marker of the space " + q(space))));
  }
  if (!migrations) return;
  for (const auto& space : existing_spaces(*migrations)) {
    if (!is_extension(space)) continue;
    const auto problem = diagnosed([&] {
      const History history = load_history(space);
      const auto marker = read_marker(connection, space.id);
      const Destination target = target_of(history, {}, marker);
      if (target.node == node_at(marker) && missing_invariants(target, marker).empty()) return;
      throw Error(marker ? Code::migration_marker_mismatch : Code::migration_marker_missing,
                  "the extension " + q(space.id) + " is not at " + contract_name(target.node),
                  "The application needs another state of it.")
          .fix("Call applyMigration with the directory of all spaces.");
    });
    if (problem) out.diagnostics.push_back(*problem);
  }
}

std::string summary_of(const VerifyDatabaseResult& r) {
  if (r.ok) return "The database satisfies the contract";
  std::string out;
  if (!r.diagnostics.empty()) out = r.diagnostics.front().message;
  if (!r.issues.empty()) out += (out.empty() ? "" : "; ") + counted(r.issues.size(), "difference");
  return out;
}

}  // namespace

VerifyDatabaseResult verify_database(JobContext& context, const VerifyDatabaseRequest& p) {
  const Contract contract = read_contract(p.contract);
  Connection connection = context.connect(p.url);
  VerifyDatabaseResult out;
  out.mode = p.mode;
  out.contract = {contract.stored.storage_hash, contract.stored.profile_hash};
  if (p.mode != VerifyMode::schema) {
    check_marker(read_marker(connection, app_space), contract, out);
    check_spaces(connection, contract, p.migrations, out);
  }
  if (p.mode != VerifyMode::marker) {
    Verdict verdict = live_verdict(connection, contract, strictness_of(p.strict));
    out.issues = std::move(verdict.issues);
    out.unclaimed = std::move(verdict.unclaimed);
  }
  out.ok = out.diagnostics.empty() && out.issues.empty();
  out.summary = summary_of(out);
  return out;
}

SignDatabaseResult sign_database(JobContext& context, const SignDatabaseRequest& p) {
  const Contract contract = read_contract(p.contract);
  Connection connection = context.connect(p.url);
  TimeLimits limits;
  limits.migration_lock = p.migration_lock_timeout_ms.value_or(limits.migration_lock);
  LockedDatabase database(context, connection, contract, std::string(app_space), limits);
  const std::optional<Marker>& before = database.marker();
  SignDatabaseResult out;
  out.to = contract.stored.storage_hash;
  if (before) out.from = before->core_hash;
  out.unclaimed = verify_live(connection, contract, strictness_of(p.strict));
  const std::string& profile = contract.stored.profile_hash;
  out.already_signed = before && before->core_hash == out.to && before->profile_hash == profile;
  if (!out.already_signed) {
    write_marker(connection, app_space, before,
                 {out.to, profile, before ? before->invariants : std::vector<std::string>{}});
    keep_contract(connection, out.to, contract.text);
  }
  clear_journal(connection, std::string(app_space));
  database.commit();
  return out;
}

}  // namespace plinth
