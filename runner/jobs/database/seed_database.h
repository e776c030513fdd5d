#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"

namespace plinth {

/// What happens with a file that ran before, with another content.
enum class ChangedSeeds { refuse, run };
inline constexpr Named<ChangedSeeds> changed_seeds_names[] = {{"refuse", ChangedSeeds::refuse},
                                                              {"run", ChangedSeeds::run}};
constexpr const auto& names(ChangedSeeds) { return changed_seeds_names; }

struct SeedDatabaseRequest {
  DatabaseUrl url;
  std::vector<FilePath> files;  // of SQL, in the order in which they run
  ChangedSeeds changed = ChangedSeeds::refuse;
  bool dry_run = false;
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms;
  static constexpr auto fields = std::tuple{field("url", &SeedDatabaseRequest::url),
                                            field("files", &SeedDatabaseRequest::files),
                                            defaulted("changed", &SeedDatabaseRequest::changed),
                                            field("dryRun", &SeedDatabaseRequest::dry_run),
                                            field("lockTimeoutMs", &SeedDatabaseRequest::lock_timeout_ms),
                                            field("statementTimeoutMs", &SeedDatabaseRequest::statement_timeout_ms)};
  /// Refuses a list without files.
  void validate(const JsonPath& at) const;
};

/// `run`: it has run, or in a dry run would; `unchanged`: it ran before, with this content.
enum class SeedOutcome { run, unchanged };
inline constexpr Named<SeedOutcome> seed_outcome_names[] = {{"run", SeedOutcome::run},
                                                            {"unchanged", SeedOutcome::unchanged}};
constexpr const auto& names(SeedOutcome) { return seed_outcome_names; }

struct SeededFile {
  std::string name, hash;  // of the file without its directories; SHA-256 of its content, in hex
  SeedOutcome outcome = SeedOutcome::run;
  static constexpr auto fields = std::tuple{field("name", &SeededFile::name), field("hash", &SeededFile::hash),
                                            field("outcome", &SeededFile::outcome)};
};

struct SeedDatabaseResult {
  std::vector<SeededFile> files;
  static constexpr auto fields = std::tuple{field("files", &SeedDatabaseResult::files)};
};

/// Runs files of SQL once each: every file in a transaction of its own, which also records its name and its content in
/// prisma_contract.plinth_seeds. Errors: MIGRATION.SEED_CHANGED, before anything runs; MIGRATION.EXECUTION_FAILED and
/// the DATABASE codes, with the files that ran before in meta.done; FILE.*.
SeedDatabaseResult seed_database(JobContext& context, const SeedDatabaseRequest& request);

}  // namespace plinth
