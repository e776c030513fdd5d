#pragma once
#include "engine/json/place.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/costs.h"
#include "planner/plan/slots.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"

namespace plinth {

struct MigrationShowRequest {
  FilePath migrations;
  std::string migration;             // a directory's name, or the beginning of a hash
  std::optional<std::string> space;  // the application's unless another one is named
  std::optional<std::int64_t> server_version;
  static constexpr auto fields = std::tuple{
      field("migrations", &MigrationShowRequest::migrations), field("migration", &MigrationShowRequest::migration),
      field("space", &MigrationShowRequest::space), field("serverVersion", &MigrationShowRequest::server_version)};
};
struct ShownOperation {
  std::string id, label;
  OperationClass operation_class = OperationClass::additive;
  std::optional<std::string> invariant_id;
  static constexpr auto fields = std::tuple{field("id", &ShownOperation::id), field("label", &ShownOperation::label),
                                            field("operationClass", &ShownOperation::operation_class),
                                            field("invariantId", &ShownOperation::invariant_id)};
};
struct ShownMigration : MigrationEntry {
  std::string space, directory;
  std::vector<ShownOperation> operations;
  std::vector<Placeholder> placeholders;
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
  std::vector<CommitGroup> commit_groups;
  std::vector<std::string> preview;
  static constexpr auto fields = std::tuple_cat(
      std::tuple{field("space", &ShownMigration::space), field("dir", &ShownMigration::directory)},
      MigrationEntry::fields,
      std::tuple{field("operations", &ShownMigration::operations), field("placeholders", &ShownMigration::placeholders),
                 field("impacts", &ShownMigration::impacts), field("hazards", &ShownMigration::hazards),
                 field("commitGroups", &ShownMigration::commit_groups), field("preview", &ShownMigration::preview)});
};
struct MigrationShowResult {
  ShownMigration migration;
  std::vector<Diagnostic> diagnostics;  // why it could not be applied as it is
  std::string summary;
  static constexpr auto fields = std::tuple{field("migration", &MigrationShowResult::migration),
                                            field("diagnostics", &MigrationShowResult::diagnostics),
                                            field("summary", &MigrationShowResult::summary)};
};

/// What a package does: its operations, what they lock and lose, the statements. O(packages + operations).
/// Errors: MIGRATION.UNKNOWN_MIGRATION, MIGRATION.AMBIGUOUS_TARGET, and those of reading it.
MigrationShowResult migration_show(JobContext& context, const MigrationShowRequest& request);

}  // namespace plinth
