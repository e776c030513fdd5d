#include "runner/jobs/report/written_package.h"

#include "engine/json/canonical.h"
#include "engine/package/package.h"
#include "planner/render/migration_ts.h"
#include "planner/render/types/contract_types.h"
#include "runner/files/files.h"
#include "runner/files/store.h"

namespace plinth {

void Shape<Write>::read(Write& out, const Json& j, const JsonPath& at) {
  if (json::type(j) == json::Type::boolean) {
    out.in_place = json::read_bool(j, at);
  } else {
    decode(out.new_package.emplace(), j, at);
  }
}

void Shape<Write>::write(Json& out, const Write& v) {
  if (v.new_package) return encode(out, *v.new_package);
  json::set(out, v.in_place);
}

std::optional<WriteRequest> new_package(const std::optional<Write>& write) {
  if (!write) return {};
  if (!write->in_place) return write->new_package;
  throw Error(Code::rpc_invalid_params, "params.write: expected {migrations, name}, got true",
              "There is no package yet that could be written again.")
      .fix("Name the directory of a space, and the new package.")
      .with("path", "params.write");
}

std::optional<std::string> types_of(const Contract& contract) {
  auto beside = load_types_beside(contract.file);
  if (beside && are_types_of(*beside, contract)) return beside;
  return has_contract_types(contract) ? std::optional(contract_types(contract)) : std::nullopt;
}

namespace {

// A package beside the spaces would belong to none of them.
void require_no_spaces(const std::string& migrations) {
  if (!directory_exists(migrations)) return;
  const std::vector<std::string> spaces = spaces_in(migrations);
  if (spaces.empty()) return;
  throw Error(Code::rpc_invalid_params,
              "params.write.migrations: " + json::quote(migrations) + " is the directory of all spaces",
              "Packages lie in the directory of a space, one level below.")
      .fix("Name it: " + migrations + (migrations.ends_with('/') ? "" : "/") + spaces.front() + ".")
      .with("path", "params.write.migrations")
      .with("spaces", spaces);
}

void add_copy(std::map<std::string, std::string>& files, const std::string& name, const Contract& contract) {
  files[name + ".json"] = contract.text;
  if (auto types = types_of(contract)) files[name + ".d.ts"] = std::move(*types);
}

std::string_view name_of(ContractEra era) { return era == ContractEra::prisma_8 ? "Prisma 8" : "Prisma Next 0.16"; }

// A space holds packages of one era: its tool does not read those of the other.
void require_era(const std::string& migrations, ContractEra era) {
  const auto found = era_of_space(migrations);
  if (!found || *found == era) return;
  throw Error(Code::migration_mixed_eras, json::quote(migrations) + " holds packages of " +
                                              std::string(name_of(*found)) + ", the contract is one of " +
                                              std::string(name_of(era)))
      .at(migrations);
}

// What the store holds under the hash of a contract must be that contract.
void require_same(const std::string& file, const Contract& contract) {
  const Contract kept = load_contract(file);
  if (bare_hash(kept.stored.storage_hash) == bare_hash(contract.stored.storage_hash)) return;
  throw Error(Code::migration_destination_contract_mismatch,
              "the store holds another contract in the place of " + contract.stored.storage_hash + ": " +
                  kept.stored.storage_hash,
              "Packages find their contracts there by the hash.")
      .fix("Remove the file; planning again writes the right one.")
      .at(file);
}

}  // namespace

// Contracts of Prisma 8 stand in the store, once each, as compact JSON with sorted keys.
std::optional<std::string> keep_snapshot(const std::string& migrations, const Contract& contract,
                                         const std::optional<std::string>& types) {
  const std::string directory = snapshot_directory(migrations, contract.stored.storage_hash);
  const std::string file = directory + "/contract.json";
  if (file_exists(file)) {
    require_same(file, contract);
    return {};
  }
  std::map<std::string, std::string> files = {
      {"contract.json", canonical_json(*json::parse(contract.text, Code::contract_invalid_json)) + "\n"}};
  if (types) files["contract.d.ts"] = *types;
  if (directory_exists(directory)) {
    replace_files(directory, files);
    return {};
  }
  try {
    create_directory_with(directory, files);
    return directory;
  } catch (const Error& e) {
    // Somebody else kept the same contract in the meantime.
    if (e.code() != Code::migration_dir_exists || !file_exists(file)) throw;
    return {};
  }
}

namespace {

void add_contracts(std::map<std::string, std::string>& files, const std::string& migrations, const Contract* start,
                   const Contract& end) {
  if (end.era == ContractEra::prisma_8) {
    if (start != nullptr) keep_snapshot(migrations, *start, types_of(*start));
    keep_snapshot(migrations, end, types_of(end));
    return;
  }
  add_copy(files, "end-contract", end);
  if (start != nullptr) add_copy(files, "start-contract", *start);
}

}  // namespace

WrittenPackage write_package(const WriteRequest& request, const std::vector<Operation>& operations,
                             const std::optional<std::string>& origin, const Contract* start, const Contract& end,
                             const std::string& created_at) {
  if (request.migrations.empty()) {
    throw Error(Code::rpc_invalid_params, "params.write.migrations: is empty",
                "It names the directory of a space (migrations/app), in which the package gets one of its own.")
        .fix("Name the directory; . is the present one.")
        .with("path", "params.write.migrations");
  }
  require_no_spaces(request.migrations);
  require_era(request.migrations, end.era);
  const bool bare = origin && end.era == ContractEra::prisma_8;
  const Manifest manifest{bare ? std::string(bare_hash(*origin)) : origin, end.stored.storage_hash, {}, created_at, {}};
  const PackageTexts texts = package_texts(manifest, stored_forms(operations));
  std::map<std::string, std::string> files = {{"migration.json", texts.manifest},
                                              {"ops.json", texts.operations},
                                              {"migration.ts", migration_ts(operations, start, end)}};
  WrittenPackage out;
  out.name = package_directory_name(created_at, request.name);
  out.dir = request.migrations + "/" + out.name;
  if (path_kind(out.dir) == PathKind::missing) add_contracts(files, request.migrations, start, end);
  out.migration_hash = texts.migration_hash;
  create_directory_with(out.dir, files);
  for (const auto& [name, unused] : files) out.files.push_back(name);
  return out;
}

}  // namespace plinth
