#pragma once
#include "engine/contract/contract.h"
#include "engine/operation.h"

namespace plinth {

/// A package on disk, as a result names it.
struct WrittenPackage {
  std::string dir, name, migration_hash;
  std::vector<std::string> files;
  static constexpr auto fields =
      std::tuple{field("dir", &WrittenPackage::dir), field("name", &WrittenPackage::name),
                 field("migrationHash", &WrittenPackage::migration_hash), field("files", &WrittenPackage::files)};
};

/// Where and as what to write a new package. `migrations` is a space's directory (`migrations/app`).
struct WriteRequest {
  std::string migrations;
  std::string name = "migration";
  static constexpr auto fields =
      std::tuple{field("migrations", &WriteRequest::migrations), defaulted("name", &WriteRequest::name)};
};

/// Writes migration.json, ops.json, migration.ts and the contract copies: all files or none. `origin` is the hash the
/// package starts from, absent for a baseline. Errors: RPC.INVALID_PARAMS without a directory,
/// MIGRATION.DIR_EXISTS, MIGRATION.INVALID_NAME, FILE.WRITE_FAILED.
WrittenPackage write_package(const WriteRequest& request, const std::vector<Operation>& operations,
                             const std::optional<std::string>& origin, const Contract* start, const Contract& end,
                             const std::string& created_at);

}  // namespace plinth
