#pragma once
#include "engine/contract/contract.h"
#include "engine/json/place.h"
#include "engine/json/type_spelling.h"
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
  FilePath migrations;
  std::string name = "migration";
  static constexpr auto fields =
      std::tuple{field("migrations", &WriteRequest::migrations), defaulted("name", &WriteRequest::name)};
};

/// The parameter `write`: what is there already is written again (`true`), or a new package is made.
struct Write {
  bool in_place = false;
  std::optional<WriteRequest> new_package;
};
template <>
struct Shape<Write> {
  static void read(Write& out, const Json& j, const JsonPath& at);
  static void write(Json& out, const Write& v);
  static std::string ts() { return "boolean | " + typescript<WriteRequest>(); }
  static std::string schema() { return R"({"anyOf":[{"type":"boolean"},)" + json_schema<WriteRequest>() + "]}"; }
  static std::vector<const TypeDescription& (*)()> mentions() { return {&describe<WriteRequest>}; }
};

/// The new package that a method is asked for, which has nothing to write again. Error: RPC.INVALID_PARAMS for `true`.
std::optional<WriteRequest> new_package(const std::optional<Write>& write);

/// contract.d.ts of a contract: the text beside its file, where that is its own, else one that is made. Nothing for
/// contracts that have no types.
std::optional<std::string> types_of(const Contract& contract);

/// Puts a contract of Prisma 8, and its types, into the store beside a space; one that is there already stays. The
/// directory, where it was made.
/// Errors: MIGRATION.DESTINATION_CONTRACT_MISMATCH where another one is in its place, FILE.WRITE_FAILED, and those of
/// `load_contract` for a damaged copy.
std::optional<std::string> keep_snapshot(const std::string& migrations, const Contract& contract,
                                         const std::optional<std::string>& types);

/// Writes migration.json, ops.json, migration.ts and the contract copies with their types: all files or none. The
/// copies of contracts of Prisma 8 stand in the store beside the space, written before the package. `origin` is the
/// hash the package starts from, absent for a baseline. Errors: RPC.INVALID_PARAMS without a directory,
/// MIGRATION.MIXED_ERAS, MIGRATION.DIR_EXISTS, MIGRATION.INVALID_NAME, FILE.WRITE_FAILED, and those of `load_contract`
/// for a damaged copy.
WrittenPackage write_package(const WriteRequest& request, const std::vector<Operation>& operations,
                             const std::optional<std::string>& origin, const Contract* start, const Contract& end,
                             const std::string& created_at);

}  // namespace plinth
