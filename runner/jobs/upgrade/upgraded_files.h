#pragma once
#include <map>
#include <string>

#include "planner/history/upgrade.h"

namespace plinth {

/// The files of an upgraded space, by their names relative to its directory: packages without copies of contracts, refs
/// as pointers, and all else as it was. O(files).
std::map<std::string, std::string> upgraded_files(const std::string& space, const UpgradedHistory& history,
                                                  const std::vector<Ref>& refs);

/// Where the directory of a space lies after its upgrade, as it was: `migrations.prisma-next/app` for `migrations/app`.
std::string kept_directory(const std::string& space);

/// contract.d.ts of an upgraded contract. It tells nothing of the contract itself: what Prisma 8 states of it only its
/// own emit knows, and a migration.ts that states raw SQL needs no more.
std::string types_of_upgraded_contract();

}  // namespace plinth
