#pragma once
// The migration.ts of a package.
#include <string>
#include <vector>

#include "engine/contract/contract.h"
#include "engine/operation.h"

namespace plinth {

/// The program that states the operations through the migration API of Prisma Next 0.16.0, or of Prisma 8 where the end
/// contract is of that era, laid out as that tool lays it out. Operations the API lacks, and transforms that are filled
/// with SQL, are stated as `rawSql`; open slots as `placeholder`, with the derived check in a comment where it cannot
/// be built. No start contract: a first migration. Codecs come from the end contract. Source: rendered packages of
/// Prisma Next 0.16.0. O(operations + columns), and a look at all operations for each transform.
std::string migration_ts(const std::vector<Operation>& operations, const Contract* start, const Contract& end);

}  // namespace plinth
