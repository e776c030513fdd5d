#pragma once
#include "engine/json/place.h"
#include "planner/compare/alignment.h"
#include "planner/compare/diff.h"
#include "planner/plan/plan.h"
#include "planner/plan/slots.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/plan_migration.h"
#include "runner/jobs/run/run_packages.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

/// What happens where the ledger of a database knows a package under another hash.
enum class ChangedPackages { refuse, accept };
inline constexpr Named<ChangedPackages> changed_packages_names[] = {{"refuse", ChangedPackages::refuse},
                                                                    {"accept", ChangedPackages::accept}};
constexpr const auto& names(ChangedPackages) { return changed_packages_names; }

struct ApplyRequest {
  DatabaseUrl url;
  std::optional<FilePath> package;        // one package's directory
  std::optional<FilePath> migrations;     // a directory of migrations, or that of one space, and
  std::optional<std::string> target;      // where to go: ref, package, hash
  std::optional<ContractParam> contract;  // plan and apply at once, without a package
  std::vector<OperationClass> allow;      // empty: all classes; with `contract`: additive and widening
  Extras extras = Extras::keep;
  std::optional<Dependents> dependents;
  std::vector<Hint> hints;
  Mappings mappings = Mappings::follow;
  std::vector<SlotFill> slots;
  CommitScope commit = CommitScope::package;
  ChangedPackages changed = ChangedPackages::refuse;
  bool strict = false, dry_run = false;
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms, migration_lock_timeout_ms;
  /// Not part of the protocol: hears of a plan from a contract before it runs, and throws where it may not.
  std::function<void(const Plan&)> consent = {};
  static constexpr auto fields = std::tuple{field("url", &ApplyRequest::url),
                                            field("package", &ApplyRequest::package),
                                            field("migrations", &ApplyRequest::migrations),
                                            field("target", &ApplyRequest::target),
                                            field("contract", &ApplyRequest::contract),
                                            field("allow", &ApplyRequest::allow),
                                            defaulted("extras", &ApplyRequest::extras),
                                            field("dependents", &ApplyRequest::dependents),
                                            field("hints", &ApplyRequest::hints),
                                            defaulted("mappings", &ApplyRequest::mappings),
                                            field("slots", &ApplyRequest::slots),
                                            defaulted("commit", &ApplyRequest::commit),
                                            defaulted("changed", &ApplyRequest::changed),
                                            field("strict", &ApplyRequest::strict),
                                            field("dryRun", &ApplyRequest::dry_run),
                                            field("lockTimeoutMs", &ApplyRequest::lock_timeout_ms),
                                            field("statementTimeoutMs", &ApplyRequest::statement_timeout_ms),
                                            field("migrationLockTimeoutMs", &ApplyRequest::migration_lock_timeout_ms)};
};

enum class ApplyOutcome { applied, up_to_date, dry_run };
inline constexpr Named<ApplyOutcome> outcome_names[] = {
    {"applied", ApplyOutcome::applied}, {"upToDate", ApplyOutcome::up_to_date}, {"dryRun", ApplyOutcome::dry_run}};
constexpr const auto& names(ApplyOutcome) { return outcome_names; }

struct ApplyResult {
  ApplyOutcome outcome = ApplyOutcome::up_to_date;
  std::optional<std::string> from;
  std::string to;
  std::vector<PackageOutcome> packages;
  std::int64_t executed = 0, skipped = 0;
  std::vector<std::string> invariants, unclaimed, preview;
  std::vector<IssueReport> issues;  // of a dry run: what would still differ
  std::vector<Warning> warnings;
  static constexpr auto fields = std::tuple{field("outcome", &ApplyResult::outcome),
                                            field("from", &ApplyResult::from),
                                            field("to", &ApplyResult::to),
                                            field("packages", &ApplyResult::packages),
                                            field("executed", &ApplyResult::executed),
                                            field("skipped", &ApplyResult::skipped),
                                            field("invariants", &ApplyResult::invariants),
                                            field("unclaimed", &ApplyResult::unclaimed),
                                            field("preview", &ApplyResult::preview),
                                            field("issues", &ApplyResult::issues),
                                            field("warnings", &ApplyResult::warnings)};
};

/// Run migrations, each verified before it is committed.
ApplyResult apply_migration(JobContext& context, const ApplyRequest& request);

}  // namespace plinth
