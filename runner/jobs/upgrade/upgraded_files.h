#pragma once
#include <string>

#include "planner/history/upgrade.h"
#include "runner/files/files.h"

namespace plinth {

/// What the directory of an upgraded space holds: packages without copies of contracts, refs as pointers, and all else
/// of `entries` (see `entries_below`) as it was. Error: MIGRATION.NOT_UPGRADABLE where a package or `refs` is a link.
/// O(entries + operations).
DirectoryContent upgraded_content(const UpgradedHistory& history, const std::vector<Ref>& refs,
                                  const std::vector<std::string>& entries);

/// Where the directory of a space lies after its upgrade, as it was: `migrations.prisma-next/app` for `migrations/app`.
/// `space` is an absolute path without links.
std::string kept_directory(const std::string& space);

/// Writes contracts to the store and exchanges the directory of a space. What was written is taken back when that
/// fails. Errors: FILE.*, MIGRATION.DIR_EXISTS, and those of `keep_snapshot`.
void write_upgrade(const std::string& space, const UpgradedHistory& history, const DirectoryContent& content);

}  // namespace plinth
