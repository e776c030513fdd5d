#pragma once
#include <string>

#include "engine/contract/contract.h"
#include "engine/schema/schema.h"

namespace plinth {

/// A contract of Prisma Next 0.16 in the form of Prisma 8, as compact JSON with sorted keys; its hashes are its own. It
/// asks for the same schema. `schema` is that schema, and says what the earlier form leaves open: the names of indexes
/// and checks, which become exact names, and whether the elements of a list are checked. Columns of dates and times
/// get the codecs whose values are texts. The text of the contract must be there.
/// Errors: MIGRATION.NOT_UPGRADABLE for what Prisma 8 cannot say. O(document), times log columns.
/// Source: Prisma 8.0.0-rc.13, its contracts and its upgrade notes.
std::string upgraded_contract(const Contract& contract, const Schema& schema);

}  // namespace plinth
