#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

struct NewMigrationRequest {
  FilePath migrations;  // the directory of a space, or of all: then the application's
  std::string name = "migration";
  std::optional<std::string> from;        // a ref, a package, a hash; the newest contract when absent
  std::optional<ContractParam> contract;  // where it leads; to where it starts when absent
  std::optional<std::string> invariant;   // what its transform provides, for refs to require
  std::optional<std::string> created_at;
  static constexpr auto fields = std::tuple{field("migrations", &NewMigrationRequest::migrations),
                                            defaulted("name", &NewMigrationRequest::name),
                                            field("from", &NewMigrationRequest::from),
                                            field("contract", &NewMigrationRequest::contract),
                                            field("invariant", &NewMigrationRequest::invariant),
                                            field("createdAt", &NewMigrationRequest::created_at)};
};
struct NewMigrationResult {
  std::optional<std::string> from;
  std::string to;
  WrittenPackage package;
  std::vector<std::string> placeholders;
  static constexpr auto fields = std::tuple{
      field("from", &NewMigrationResult::from), field("to", &NewMigrationResult::to),
      field("package", &NewMigrationResult::package), field("placeholders", &NewMigrationResult::placeholders)};
};

/// A package for a person to write: one open slot, which must be filled, or replaced by other operations, before it can
/// be applied. Without a contract it changes data alone. Errors: those of finding the contract, and of `write_package`.
NewMigrationResult new_migration(JobContext& context, const NewMigrationRequest& request);

}  // namespace plinth
