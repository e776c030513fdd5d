#include "runner/jobs/upgrade/database_upgrade.h"

#include "planner/compare/contract_schema.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

bool is_early(std::string_view hash) { return !hash.empty() && era_of_hash(hash) == ContractEra::prisma_next; }

// Whether an earlier contract becomes this one. What it leaves open is as the later one has it.
bool becomes(const Contract& earlier, const Contract& later) {
  try {
    return upgraded(earlier, contract_schema(later)).stored.storage_hash == later.stored.storage_hash;
  } catch (const Error& e) {
    if (e.code() != Code::migration_not_upgradable) throw;
    return false;
  }
}

[[noreturn]] void refuse_marker(const Marker& marker) {
  throw Error(Code::migration_marker_mismatch,
              "the database is at " + marker.core_hash + ", which is no contract of the directory",
              "Neither a package nor a ref has it, and the copy in the database becomes none of theirs.")
      .fix("Name the directory that the database was migrated with; or sign the database with Prisma 8 (db sign).")
      .with("marker", marker.core_hash);
}

}  // namespace

std::string identity_of(Connection& connection) {
  const Result found = connection.run(
      Sql("SELECT pg_postmaster_start_time()::text || ' ' || oid FROM pg_database WHERE datname = current_database()"));
  return std::string(found.at(0, 0));
}

DatabaseToUpgrade::DatabaseToUpgrade(Connection connection, const LaterHistory& history, const TimeLimits& limits)
    : connection_(std::move(connection)), history_(history) {
  outcome_.name = connection_.run(Sql("SELECT current_database()")).at(0, 0);
  identity_ = identity_of(connection_);
  change(read_marker(connection_, app_space), limits);
}

// The later contract of a hash; nullptr where nobody knows it. `package` is where to look first.
const Contract* DatabaseToUpgrade::later_contract(const std::string& hash, const std::string& package) {
  const auto named = [&](const std::string& later) {
    const auto it = history_.contracts.find(later);
    return it != history_.contracts.end() ? it->second : nullptr;
  };
  if (!is_early(hash)) return named(hash);
  const std::string bare(bare_hash(hash));
  for (const std::map<std::string, std::string>* known : {&history_.later, &std::as_const(later_)}) {
    if (const auto it = known->find(bare); it != known->end()) return named(it->second);
  }
  const auto earlier = kept_contract(connection_, hash);
  if (!earlier) return nullptr;
  std::vector<const Contract*> candidates;
  if (const auto p = history_.packages.find(package); p != history_.packages.end()) {
    candidates.push_back(named(p->second.manifest.to));
  }
  for (const auto& [unused, contract] : history_.contracts) candidates.push_back(contract);
  for (const Contract* candidate : candidates) {
    if (candidate == nullptr || !becomes(*earlier, *candidate)) continue;
    later_.emplace(bare, candidate->stored.storage_hash);
    return candidate;
  }
  later_.emplace(bare, std::string());
  return nullptr;
}

void DatabaseToUpgrade::change(const std::optional<Marker>& marker, const TimeLimits& limits) {
  if (!marker) {
    outcome_.outcome = DatabaseUpgrade::no_marker;
    return;
  }
  const Contract* later = later_contract(marker->core_hash, {});
  if (later == nullptr) refuse_marker(*marker);
  locked_ = std::make_unique<LockedDatabase>(connection_, *later, limits);
  if (locked_->marker() != marker) {
    throw Error(Code::migration_marker_cas_failure, "the marker of database " + q(outcome_.name) + " has moved",
                "Another migration ended in the meantime.")
        .fix("Upgrade again.");
  }
  outcome_.from = marker->core_hash;
  outcome_.to = later->stored.storage_hash;
  change_ledger();
  outcome_.other_spaces = other_spaces();
  const Marker after{later->stored.storage_hash, later->stored.profile_hash, marker->invariants};
  const bool is_right = after == *marker;
  if (!is_right) write_marker(connection_, app_space, marker, after);
  if (!is_right) keep_contract(connection_, after.core_hash, later->text);
  if (is_right && outcome_.ledger_rows == 0) outcome_.outcome = DatabaseUpgrade::up_to_date;
  verify_live(connection_, *later, Strictness::tolerant);
}

std::vector<std::string> DatabaseToUpgrade::other_spaces() {
  const Result rows = connection_.run(Query{
      R"(SELECT "space" FROM "prisma_contract"."marker" WHERE "space" <> $1 AND "core_hash" LIKE 'sha256:%' ORDER BY "space")",
      {std::string(app_space)}});
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(rows.rows()));
  for (int row = 0; row < rows.rows(); ++row) out.emplace_back(rows.at(row, 0));
  return out;
}

void DatabaseToUpgrade::change_ledger() {
  const Result rows = connection_.run(Query{
      R"(SELECT "id", "migration_name", "migration_hash", "origin_core_hash", "destination_core_hash" FROM "prisma_contract"."ledger" WHERE "space" = $1 ORDER BY "id")",
      {std::string(app_space)}});
  for (int row = 0; row < rows.rows(); ++row) change_row(rows, row);
}

// A row is spelt anew as a whole, or stays: rows of packages that are gone from the directory tell of what was.
void DatabaseToUpgrade::change_row(const Result& rows, int row) {
  const std::string name(rows.at(row, 1)), hash(rows.at(row, 2)), origin(rows.at(row, 3)), to(rows.at(row, 4));
  if (!is_early(hash) && !is_early(origin) && !is_early(to)) return;
  const auto leave = [&] { outcome_.left.push_back(name.empty() ? to : name); };
  const Contract* later = later_contract(to, name);
  const bool starts_empty = origin.empty() || bare_hash(origin) == "empty";
  const Contract* start = starts_empty ? nullptr : later_contract(origin, {});
  if (later == nullptr || (!starts_empty && start == nullptr)) return leave();
  std::string later_hash = later->stored.storage_hash;  // of rows that no package left
  if (!name.empty()) {
    const auto package = history_.packages.find(name);
    if (package == history_.packages.end() || package->second.manifest.to != later_hash) return leave();
    const std::string& known = package->second.hash_before;
    if (!known.empty() && bare_hash(known) != bare_hash(hash)) return leave();
    later_hash = package->second.manifest.migration_hash;
  }
  std::optional<std::string> later_origin;
  if (!rows.is_null(row, 3))
    later_origin = start != nullptr ? start->stored.storage_hash : std::string(bare_hash(origin));
  connection_.run(Query{
      R"(UPDATE "prisma_contract"."ledger" SET "migration_hash" = $1, "origin_core_hash" = $2, "destination_core_hash" = $3 WHERE "id" = $4::bigint)",
      {later_hash, later_origin, later->stored.storage_hash, std::string(rows.at(row, 0))}});
  ++outcome_.ledger_rows;
}

void DatabaseToUpgrade::commit() {
  if (locked_ && outcome_.outcome == DatabaseUpgrade::upgraded) locked_->commit();
}

}  // namespace plinth
