#include "runner/jobs/upgrade/upgraded_files.h"

#include <filesystem>

#include "engine/json/canonical.h"
#include "planner/render/migration_ts.h"
#include "runner/files/store.h"
#include "runner/jobs/report/written_package.h"

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
  json::set(json::put(*pointer, "hash"), std::string_view(history.later(ref.hash)));
  encode(json::put(*pointer, "invariants"), ref.invariants);
  return stringify(*pointer, 2) + "\n";
}

// contract.d.ts of an upgraded contract. It tells nothing of the contract itself: what Prisma 8 states of it only its
// own emit knows, and a migration.ts that states raw SQL needs no more.
constexpr std::string_view types_of_any_contract =
    "// The types of any contract: this one was made before Prisma 8, which emits types for the present one alone.\n"
    "import type { Contract as AnyContract } from '@prisma/orm-postgres/contract/types';\n"
    "import type { SqlStorage } from '@prisma/orm-postgres/family-contract/types';\n"
    "\n"
    "export type Contract = AnyContract<SqlStorage>;\n";

}  // namespace

DirectoryContent upgraded_content(const UpgradedHistory& history, const std::vector<Ref>& refs,
                                  const std::vector<std::string>& entries) {
  std::map<std::string, const Contract*> contracts;
  for (const auto& [unused, contract] : history.contracts) contracts.emplace(contract.stored.storage_hash, &contract);
  DirectoryContent out;
  for (const auto& p : history.packages) {
    out.files[p.name + "/migration.json"] = p.texts.manifest;
    out.files[p.name + "/ops.json"] = p.texts.operations;
    out.files[p.name + "/migration.ts"] = program(p, contracts);
  }
  for (const auto& ref : refs) out.files["refs/" + ref.name + ".json"] = pointer_text(ref, history);
  const auto is_of_package = [&](const std::string& entry) {
    return out.files.count(entry.substr(0, entry.find('/')) + "/migration.json") > 0;
  };
  for (const auto& entry : entries) {
    const std::string name = entry.substr(entry.find('/') + 1);
    const bool is_copy = is_ref_copy(entry) || (is_contract_copy(name) && (name == entry || is_of_package(entry)));
    if (!is_copy && out.files.count(entry) == 0) out.carried.push_back(entry);
  }
  return out;
}

std::string kept_directory(const std::string& space) {
  const std::filesystem::path path = space;
  return path.parent_path().string() + ".prisma-next/" + path.filename().string();
}

void write_upgrade(const std::string& space, const UpgradedHistory& history, const DirectoryContent& content,
                   const std::vector<std::string>& entries) {
  if (entries_below(space) != entries) {
    throw Error(Code::migration_not_upgradable, space + " has changed since it was read", "Somebody else works on it.")
        .fix("Upgrade again.")
        .at(space);
  }
  const std::string kept = kept_directory(space);
  std::vector<std::string> made;
  try {
    for (const auto& [unused, contract] : history.contracts) {
      if (auto snapshot = keep_snapshot(space, contract, std::string(types_of_any_contract))) {
        made.push_back(std::move(*snapshot));
      }
    }
    exchange_directory(space, content, kept);
  } catch (const Error&) {
    for (const auto& snapshot : made) remove_directory(snapshot);
    std::error_code holds_more;
    std::filesystem::remove(std::filesystem::path(kept).parent_path(), holds_more);
    std::filesystem::remove(std::filesystem::path(snapshot_directory(space, {})), holds_more);
    throw;
  }
}

}  // namespace plinth
