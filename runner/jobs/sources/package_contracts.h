#pragma once
// The copies of contracts that packages and databases keep.
#include "runner/jobs/sources/history.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// The end contract of a package; its hash is the package's. Errors: MIGRATION.SNAPSHOT_MISSING,
/// MIGRATION.DESTINATION_CONTRACT_MISMATCH.
Contract end_contract_of(const Package& package);

/// The contract whose hash is a package's `from`: the package's own copy. Nothing for a baseline.
/// Errors: those of `end_contract_of`.
std::optional<Contract> start_contract_of(const Package& package);

/// The contract of a node of a history: the copy of a package that leads there, or else of one that starts there.
/// O(packages). Errors: MIGRATION.SNAPSHOT_MISSING, and those of `end_contract_of`.
Contract contract_of_node(const History& history, const std::string& node);

/// The contract that a ref names: its own copy, or that of a package. Errors: MIGRATION.SNAPSHOT_MISSING,
/// MIGRATION.DESTINATION_CONTRACT_MISMATCH.
Contract ref_contract_of(const std::string& migrations, const Ref& ref);

/// The contract that a database keeps for a hash; nothing when it keeps none. Error: MIGRATION.MARKER_DAMAGED for one
/// that cannot be read, or is another contract than that of the hash.
std::optional<Contract> kept_contract(Connection& connection, const std::string& hash);

}  // namespace plinth
