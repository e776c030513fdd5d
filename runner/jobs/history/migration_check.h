#pragma once
#include "engine/json/place.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

struct MigrationCheckRequest {
  FilePath migrations;                    // all spaces, or one of them
  std::optional<std::string> migration;   // only this package, by its directory or its hash
  std::optional<std::string> space;       // only this one; of a package, the application's where none is named
  std::optional<ContractParam> contract;  // the present one, which says what spaces there should be
  static constexpr auto fields = std::tuple{
      field("migrations", &MigrationCheckRequest::migrations), field("migration", &MigrationCheckRequest::migration),
      field("space", &MigrationCheckRequest::space), field("contract", &MigrationCheckRequest::contract)};
};

/// One thing that is wrong. `check` is its number in Prisma Next (PN-MIG-CHECK-001), `code` its name in Prisma 8.
struct CheckFailure {
  std::string space, code, check, where, why, fix;
  static constexpr auto fields = std::tuple{field("space", &CheckFailure::space), field("code", &CheckFailure::code),
                                            field("check", &CheckFailure::check), field("where", &CheckFailure::where),
                                            field("why", &CheckFailure::why),     field("fix", &CheckFailure::fix)};
};
struct MigrationCheckResult {
  bool ok = false;
  std::vector<CheckFailure> failures;
  std::string summary;
  static constexpr auto fields =
      std::tuple{field("ok", &MigrationCheckResult::ok), field("failures", &MigrationCheckResult::failures),
                 field("summary", &MigrationCheckResult::summary)};
};

/// Whether the files of a directory of migrations are whole, and agree with each other. O(packages).
MigrationCheckResult migration_check(JobContext& context, const MigrationCheckRequest& request);

}  // namespace plinth
