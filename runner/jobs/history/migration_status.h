#pragma once
#include "engine/json/place.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

struct MigrationStatusRequest {
  FilePath migrations;                    // all spaces, or one of them
  std::optional<DatabaseUrl> url;         // a database, or
  std::optional<std::string> from;        // without one: the contract to start at
  std::optional<std::string> to;          // where to go, and
  std::optional<ContractParam> contract;  // the same by a contract
  static constexpr auto fields =
      std::tuple{field("migrations", &MigrationStatusRequest::migrations), field("url", &MigrationStatusRequest::url),
                 field("from", &MigrationStatusRequest::from), field("to", &MigrationStatusRequest::to),
                 field("contract", &MigrationStatusRequest::contract)};
};

/// Of a package: it is in the ledger; it is on the way to the target; neither.
enum class MigrationState { applied, pending, other };
inline constexpr Named<MigrationState> migration_states[] = {
    {"applied", MigrationState::applied}, {"pending", MigrationState::pending}, {"other", MigrationState::other}};
constexpr const auto& names(MigrationState) { return migration_states; }

struct MigrationStatus : MigrationEntry {
  MigrationState status = MigrationState::other;
  static constexpr auto fields =
      std::tuple_cat(MigrationEntry::fields, std::tuple{field("status", &MigrationStatus::status)});
};

/// Of a space: it is where it should be; packages wait; nothing leads to where it should be.
enum class SpaceState { up_to_date, pending, blocked };
inline constexpr Named<SpaceState> space_states[] = {
    {"upToDate", SpaceState::up_to_date}, {"pending", SpaceState::pending}, {"blocked", SpaceState::blocked}};
constexpr const auto& names(SpaceState) { return space_states; }

/// A migration that is committed in several parts, and that a run has not finished, or is running.
struct RunningOperation {
  std::string operation, started_at;
  static constexpr auto fields =
      std::tuple{field("operation", &RunningOperation::operation), field("startedAt", &RunningOperation::started_at)};
};
struct InterruptedMigration {
  std::string name, hash;
  std::int64_t operations_done = 0;
  std::optional<RunningOperation> running;  // begun, and not done
  static constexpr auto fields =
      std::tuple{field("name", &InterruptedMigration::name), field("hash", &InterruptedMigration::hash),
                 field("operationsDone", &InterruptedMigration::operations_done),
                 field("running", &InterruptedMigration::running)};
};

struct SpaceStatus {
  std::string space;
  SpaceState state = SpaceState::up_to_date;
  std::optional<std::string> current, target;  // contracts
  std::vector<std::string> pending;            // in the order in which they would run
  std::optional<InterruptedMigration> interrupted;
  std::vector<std::string> invariants, missing_invariants;
  std::vector<MigrationStatus> migrations;  // newest name first
  std::vector<Diagnostic> diagnostics;
  static constexpr auto fields = std::tuple{field("space", &SpaceStatus::space),
                                            field("state", &SpaceStatus::state),
                                            field("currentContract", &SpaceStatus::current),
                                            field("targetContract", &SpaceStatus::target),
                                            field("pending", &SpaceStatus::pending),
                                            field("interrupted", &SpaceStatus::interrupted),
                                            field("invariants", &SpaceStatus::invariants),
                                            field("missingInvariants", &SpaceStatus::missing_invariants),
                                            field("migrations", &SpaceStatus::migrations),
                                            field("diagnostics", &SpaceStatus::diagnostics)};
};
struct MigrationStatusResult {
  SpaceState state = SpaceState::up_to_date;  // of the space that is worst off
  std::vector<SpaceStatus> spaces;
  std::string summary;
  static constexpr auto fields =
      std::tuple{field("state", &MigrationStatusResult::state), field("spaces", &MigrationStatusResult::spaces),
                 field("summary", &MigrationStatusResult::summary)};
};

/// Where a database, or a contract, is in each space, and which packages wait for it. Why a database cannot be brought
/// to the target is a diagnostic; files that cannot be read are errors.
/// O(packages).
MigrationStatusResult migration_status(JobContext& context, const MigrationStatusRequest& request);

}  // namespace plinth
