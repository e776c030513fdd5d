#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"

namespace plinth {

/// What a run that was interrupted may leave.
enum class LeftoverKind { journal, invalid_index, sync_trigger, not_valid_constraint };
inline constexpr Named<LeftoverKind> leftover_kinds[] = {{"journal", LeftoverKind::journal},
                                                         {"invalidIndex", LeftoverKind::invalid_index},
                                                         {"syncTrigger", LeftoverKind::sync_trigger},
                                                         {"notValidConstraint", LeftoverKind::not_valid_constraint}};
constexpr const auto& names(LeftoverKind) { return leftover_kinds; }

struct CleanupRequest {
  DatabaseUrl url;
  std::vector<LeftoverKind> finish;  // the kinds that are brought to their end
  std::vector<LeftoverKind> remove;  // the kinds that are taken away
  std::vector<std::string> only;     // names of those that are meant; empty: all of the kind
  std::optional<std::int64_t> lock_timeout_ms, migration_lock_timeout_ms;
  static constexpr auto fields =
      std::tuple{field("url", &CleanupRequest::url),
                 field("finish", &CleanupRequest::finish),
                 field("remove", &CleanupRequest::remove),
                 field("only", &CleanupRequest::only),
                 field("lockTimeoutMs", &CleanupRequest::lock_timeout_ms),
                 field("migrationLockTimeoutMs", &CleanupRequest::migration_lock_timeout_ms)};
  /// Refuses a kind that is to be finished and removed, and triggers and journals that are to be finished.
  void validate(const JsonPath& at) const;
};

enum class CleanupOutcome { left, finished, removed };
inline constexpr Named<CleanupOutcome> cleanup_outcomes[] = {
    {"left", CleanupOutcome::left}, {"finished", CleanupOutcome::finished}, {"removed", CleanupOutcome::removed}};
constexpr const auto& names(CleanupOutcome) { return cleanup_outcomes; }

struct Leftover {
  LeftoverKind kind = LeftoverKind::journal;
  std::string name;                  // `schema.name`; of a constraint, `schema.table.name`; of a journal, the migration
  std::optional<std::string> table;  // `schema.name`
  std::string detail;
  CleanupOutcome outcome = CleanupOutcome::left;
  static constexpr auto fields =
      std::tuple{field("kind", &Leftover::kind), field("name", &Leftover::name), field("table", &Leftover::table),
                 field("detail", &Leftover::detail), field("outcome", &Leftover::outcome)};
};

struct CleanupResult {
  std::vector<Leftover> leftovers;
  static constexpr auto fields = std::tuple{field("leftovers", &CleanupResult::leftovers)};
};

/// Shows what interrupted runs left in a database, and finishes or removes what is asked for, under the locks of the
/// application's space and of all that have a journal. Without `finish` and `remove` nothing is changed, and no lock
/// taken. Errors: DATABASE.LOCK_TIMEOUT, those of the server.
CleanupResult cleanup(JobContext& context, const CleanupRequest& request);

}  // namespace plinth
