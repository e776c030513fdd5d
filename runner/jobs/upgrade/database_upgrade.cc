#include "runner/jobs/upgrade/database_upgrade.h"

#include "planner/compare/contract_schema.h"
#include "runner/jobs/run/verify_live.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

bool is_early(std::string_view hash) { return !hash.empty() && era_of_hash(hash) == ContractEra::prisma_next; }

// What is to be committed together waits for other databases, and for files.
void wait_without_limit(Connection& connection) {
  constexpr int knows_transaction_timeout = 170000;
  connection.run(Sql("SET LOCAL idle_in_transaction_session_timeout = 0"));
  if (connection.server_version() >= knows_transaction_timeout)
    connection.run(Sql("SET LOCAL transaction_timeout = 0"));
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
  const Result found =
      connection.run(Sql("SELECT extract(epoch FROM pg_postmaster_start_time())::text || ' ' || lpad(oid::text, 10, "
                         "'0') FROM pg_database WHERE datname = "
                         "current_database()"));
  return std::string(found.at(0, 0));
}

DatabaseToUpgrade::DatabaseToUpgrade(JobContext& context, Connection connection, const LaterHistory& history,
                                     const TimeLimits& limits)
    : connection_(std::move(connection)), history_(history) {
  outcome_.name = connection_.run(Sql("SELECT current_database()")).at(0, 0);
  try {
    change(context, read_marker(connection_, app_space), limits);
  } catch (Error& e) {
    if (e.code() == Code::migration_schema_verify_failed) {
      e.fix(
          "Bring the database to its contract first. Prisma 8 compares the names of indexes, which Prisma Next does "
          "not: rename those that have others than the packages give them.");
    }
    throw e.with("database", outcome_.name);
  }
}

// The later contract of a hash; nullptr where nobody knows it.
const Contract* DatabaseToUpgrade::later_contract(const std::string& hash) {
  const auto named = [&](const std::string& later) {
    const auto it = history_.contracts.find(later);
    return it != history_.contracts.end() ? it->second : nullptr;
  };
  if (!is_early(hash)) return named(hash);
  const std::string bare(bare_hash(hash));
  for (const std::map<std::string, std::string>* known : {&history_.later, &std::as_const(later_)}) {
    if (const auto it = known->find(bare); it != known->end()) return named(it->second);
  }
  const Contract* out = told_by_copy(hash);
  if (out != nullptr) later_.emplace(bare, out->stored.storage_hash);
  return out;
}

// The contract of the history that the database's own copy of an earlier one becomes: that of a package which led
// there, as the ledger says, else the only one.
const Contract* DatabaseToUpgrade::told_by_copy(const std::string& hash) {
  const auto earlier = kept_contract(connection_, hash);
  if (!earlier) return nullptr;
  for (const auto& entry : entries_) {
    if (bare_hash(entry.destination_hash) != bare_hash(hash)) continue;
    const auto package = history_.packages.find(entry.migration_name);
    if (package == history_.packages.end()) continue;
    const auto contract = history_.contracts.find(package->second.manifest.to);
    if (contract != history_.contracts.end() && becomes(*earlier, *contract->second)) return contract->second;
  }
  // Several contracts may differ in what the earlier one leaves open: then nothing is told.
  const Contract* out = nullptr;
  for (const auto& [unused, contract] : history_.contracts) {
    if (!becomes(*earlier, *contract)) continue;
    if (out != nullptr) return nullptr;
    out = contract;
  }
  return out;
}

void DatabaseToUpgrade::change(JobContext& context, const std::optional<Marker>& marker, const TimeLimits& limits) {
  if (!marker) {
    outcome_.outcome = DatabaseUpgrade::no_marker;
    return;
  }
  if (has_ledger(connection_)) entries_ = read_ledger(connection_, std::string(app_space));
  const Contract* later = later_contract(marker->core_hash);
  if (later == nullptr) refuse_marker(*marker);
  locked_ = std::make_unique<LockedDatabase>(context, connection_, *later, std::string(app_space), limits);
  wait_without_limit(connection_);
  if (locked_->marker() != marker) {
    throw Error(Code::migration_marker_cas_failure, "the marker of database " + q(outcome_.name) + " has moved",
                "Another migration ended in the meantime.")
        .fix("Upgrade again.");
  }
  if (!read_journal(connection_, std::string(app_space)).empty()) {
    throw Error(Code::migration_interrupted, "a migration of database " + q(outcome_.name) + " is not finished",
                "It is committed in several parts, and a run of it ended between two of them.")
        .fix("Apply it again, and upgrade then.");
  }
  entries_ = read_ledger(connection_, std::string(app_space));
  outcome_.from = marker->core_hash;
  outcome_.to = later->stored.storage_hash;
  for (const auto& entry : entries_) {
    if (change_entry(entry)) ++outcome_.ledger_rows;
  }
  outcome_.other_spaces = earlier_markers_beside(connection_, app_space);
  const Marker after{later->stored.storage_hash, later->stored.profile_hash, marker->invariants};
  const bool is_right = !is_early(marker->core_hash) && !is_early(marker->profile_hash);
  if (!is_right) write_marker(connection_, app_space, marker, after);
  if (!is_right) keep_contract(connection_, after.core_hash, later->text);
  if (is_right && outcome_.ledger_rows == 0) outcome_.outcome = DatabaseUpgrade::up_to_date;
  verify_live(connection_, *later, Strictness::tolerant);
}

// A row is spelt anew as a whole, or stays: rows of packages that are gone from the directory tell of what was.
bool DatabaseToUpgrade::change_entry(LedgerEntry entry) {
  if (!is_early(entry.migration_hash) && !is_early(entry.origin_hash.value_or("")) &&
      !is_early(entry.destination_hash)) {
    return false;
  }
  const std::string name = entry.migration_name.empty() ? entry.destination_hash : entry.migration_name;
  bool known = false;
  try {
    known = give_later_hashes(entry);
  } catch (const Error& e) {
    // A copy of a contract that cannot be read tells nothing; what the database follows is not at stake here.
    const std::string_view code = row(e.code()).name;
    if (e.code() != Code::migration_marker_damaged && !code.starts_with("CONTRACT.")) throw;
  }
  if (known) {
    rewrite_ledger(connection_, entry);
  } else {
    outcome_.left.push_back(name);
  }
  return known;
}

bool DatabaseToUpgrade::give_later_hashes(LedgerEntry& entry) {
  const std::string origin = entry.origin_hash.value_or("");
  const bool starts_empty = origin.empty() || bare_hash(origin) == "empty";
  const Contract* later = later_contract(entry.destination_hash);
  const Contract* start = starts_empty ? nullptr : later_contract(origin);
  if (later == nullptr || (!starts_empty && start == nullptr)) return false;
  std::string later_hash = later->stored.storage_hash;  // of rows that no package left
  const bool is_fabricated = entry.migration_name.empty();
  if (is_fabricated && bare_hash(entry.migration_hash) != bare_hash(entry.destination_hash)) return false;
  if (!is_fabricated) {
    const auto package = history_.packages.find(entry.migration_name);
    if (package == history_.packages.end() || package->second.manifest.to != later_hash) return false;
    const std::string& known = package->second.hash_before;
    if (!known.empty() && bare_hash(known) != bare_hash(entry.migration_hash)) return false;
    later_hash = package->second.manifest.migration_hash;
  }
  if (entry.origin_hash) {
    entry.origin_hash = start != nullptr ? start->stored.storage_hash : std::string(bare_hash(origin));
  }
  entry.migration_hash = later_hash;
  entry.destination_hash = later->stored.storage_hash;
  return true;
}

void DatabaseToUpgrade::require_alive() { connection_.run(Sql("SELECT 1")); }

void DatabaseToUpgrade::commit() {
  if (!locked_ || outcome_.outcome != DatabaseUpgrade::upgraded) return;
  try {
    locked_->commit();
  } catch (Error& e) {
    e.why(e.reason() + " The directory is upgraded, and so are the databases before this one.");
    e.fix("Call upgradeMigrations again with all databases: it finds out where each one is.");
    throw e.with("database", outcome_.name);
  }
}

}  // namespace plinth
