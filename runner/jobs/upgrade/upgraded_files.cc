#include "runner/jobs/upgrade/upgraded_files.h"

#include <filesystem>

#include "engine/json/canonical.h"
#include "planner/render/migration_ts.h"
#include "runner/files/files.h"

namespace plinth {
namespace {

bool is_contract_copy(const std::string& file) {
  for (const char* name : {"contract.json", "contract.d.ts"}) {
    if (file == name || file == std::string("start-") + name || file == std::string("end-") + name) return true;
  }
  return false;
}

bool is_ref_copy(const std::string& file) {
  return file.starts_with("refs/") && (file.ends_with(".contract.json") || file.ends_with(".contract.d.ts"));
}

// Prisma 8 states some operations otherwise: as raw SQL they stay what was applied.
std::string program(const UpgradedPackage& p, const std::map<std::string, const Contract*>& contracts) {
  const std::vector<Operation> raw(p.operations.begin(), p.operations.end());
  const Contract* start = p.manifest.from ? contracts.at(*p.manifest.from) : nullptr;
  return migration_ts(raw, start, *contracts.at(p.manifest.to));
}

std::string pointer_text(const Ref& ref, const UpgradedHistory& history) {
  const auto pointer = json::null();
  json::make_object(*pointer);
  json::set(json::put(*pointer, "hash"),
            std::string_view(history.contracts.at(std::string(bare_hash(ref.hash))).stored.storage_hash));
  encode(json::put(*pointer, "invariants"), ref.invariants);
  return stringify(*pointer, 2) + "\n";
}

}  // namespace

std::map<std::string, std::string> upgraded_files(const std::string& space, const UpgradedHistory& history,
                                                  const std::vector<Ref>& refs) {
  std::map<std::string, const Contract*> contracts;
  for (const auto& [unused, contract] : history.contracts) contracts.emplace(contract.stored.storage_hash, &contract);
  std::map<std::string, std::string> out;
  for (const auto& p : history.packages) {
    out[p.name + "/migration.json"] = p.texts.manifest;
    out[p.name + "/ops.json"] = p.texts.operations;
    out[p.name + "/migration.ts"] = program(p, contracts);
  }
  for (const auto& ref : refs) out["refs/" + ref.name + ".json"] = pointer_text(ref, history);
  const auto is_of_package = [&](const std::string& file) {
    return out.count(file.substr(0, file.find('/')) + "/migration.json") > 0;
  };
  for (const auto& file : files_below(space)) {
    const std::string name = file.substr(file.find('/') + 1);
    const bool is_copy = is_ref_copy(file) || (is_contract_copy(name) && (name == file || is_of_package(file)));
    if (!is_copy && out.count(file) == 0) out[file] = read_file(space + "/" + file);
  }
  return out;
}

std::string kept_directory(const std::string& space) {
  std::filesystem::path path = std::filesystem::absolute(space).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path().string() + ".prisma-next/" + path.filename().string();
}

std::string types_of_upgraded_contract() {
  return "// The types of any contract: this one was made before Prisma 8, which emits types for the present one "
         "alone.\n"
         "import type { Contract as AnyContract } from '@prisma/orm-postgres/contract/types';\n"
         "import type { SqlStorage } from '@prisma/orm-postgres/family-contract/types';\n"
         "\n"
         "export type Contract = AnyContract<SqlStorage>;\n";
}

}  // namespace plinth
