#include "runner/jobs/upgrade/upgraded_files.h"

#include <filesystem>

#include "engine/json/canonical.h"
#include "planner/render/migration_ts.h"
#include "runner/files/store.h"
#include "runner/jobs/report/written_package.h"

namespace plinth {
namespace {

// The copies of contracts that a package holds.
bool is_contract_copy(const std::string& file) {
  for (const char* name : {"start-contract.json", "start-contract.d.ts", "end-contract.json", "end-contract.d.ts"}) {
    if (file == name) return true;
  }
  return false;
}

// The ref to which a copy of a contract belongs: `refs/db.contract.json` to `refs/db.json`.
std::string ref_of_copy(const std::string& file) {
  for (const std::string_view end : {".contract.json", ".contract.d.ts"}) {
    if (file.starts_with("refs/") && file.ends_with(end)) return file.substr(0, file.size() - end.size()) + ".json";
  }
  return {};
}

// Prisma 8 states some operations otherwise: as raw SQL they stay what was applied.
std::string program(const UpgradedPackage& p, const std::map<std::string, const Contract*>& contracts) {
  const std::vector<Operation> raw(p.operations.begin(), p.operations.end());
  const Contract* start = p.manifest.from ? contracts.at(*p.manifest.from) : nullptr;
  return migration_ts(raw, start, *contracts.at(p.manifest.to));
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
    out.files[p.name + "/migration.json"] = p.manifest_text;
    out.files[p.name + "/migration.ts"] = program(p, contracts);
  }
  for (const auto& ref : refs)
    out.files["refs/" + ref.name + ".json"] = ref_text({ref.name, history.later(ref.hash), ref.invariants});
  const auto leads_to_files = [&](const std::string& entry) {
    const auto first = out.files.lower_bound(entry + "/");
    return first != out.files.end() && first->first.starts_with(entry + "/");
  };
  for (const auto& entry : entries) {
    if (leads_to_files(entry)) {
      throw Error(Code::migration_not_upgradable, entry + " is a link, and its files would be changed elsewhere")
          .fix("Put the directory itself in the place of the link.")
          .with("entry", entry);
    }
    const std::size_t slash = entry.find('/');
    const bool in_package =
        slash != std::string::npos && out.files.count(entry.substr(0, slash) + "/migration.json") > 0;
    const std::string ref = ref_of_copy(entry);
    const bool is_copy =
        (in_package && is_contract_copy(entry.substr(slash + 1))) || (!ref.empty() && out.files.count(ref) > 0);
    if (!is_copy && out.files.count(entry) == 0) out.carried.push_back(entry);
  }
  return out;
}

std::string kept_directory(const std::string& space) {
  const std::filesystem::path path = space;
  return path.parent_path().string() + ".prisma-next/" + path.filename().string();
}

void write_upgrade(const std::string& space, const UpgradedHistory& history, const DirectoryContent& content) {
  // The first of two upgrades at once takes the place; the other one fails before it writes anything else.
  const std::string kept = kept_directory(space);
  std::vector<std::string> made;
  bool is_made = false;
  try {
    create_directory_beside(space, content, kept);
    is_made = true;
    for (const auto& [unused, contract] : history.contracts) {
      if (auto snapshot = keep_snapshot(space, contract, std::string(types_of_any_contract))) {
        made.push_back(std::move(*snapshot));
      }
    }
    exchange_directories(kept, space);
  } catch (const Error&) {
    if (is_made) remove_directory(kept);
    for (const auto& snapshot : made) remove_directory(snapshot);
    std::error_code holds_more;
    std::filesystem::remove(std::filesystem::path(kept).parent_path(), holds_more);
    std::filesystem::remove(std::filesystem::path(snapshot_directory(space, {})), holds_more);
    throw;
  }
}

}  // namespace plinth
