#pragma once
// A history of Prisma Next 0.16 as one of Prisma 8.
#include <map>
#include <string>
#include <vector>

#include "planner/history/upgrade_states.h"

namespace plinth {

struct UpgradedPackage {
  std::string name, hash_before;
  Manifest manifest;  // the later one
  std::string manifest_text;
  std::vector<RawSql> operations;  // as they were
};

struct UpgradedHistory {
  Contracts contracts;  // the later ones, by the hashes of the earlier ones
  std::vector<UpgradedPackage> packages;

  /// The later hash of an earlier contract of the history, or `empty`.
  std::string later(const std::string& hash) const;
};

/// A contract in the form of Prisma 8, proved to ask for what it asked for. `state` is the schema of a database that
/// follows it, as far as it is known: where the contract leaves a name or an element check open, it decides.
/// Errors: MIGRATION.NOT_UPGRADABLE, and those of `upgraded_contract`. O(contract).
Contract upgraded(const Contract& contract, const Schema& state);

/// Whether an earlier contract becomes this later one; what the earlier one leaves open is as the later one has it.
/// O(contract).
bool becomes(const Contract& earlier, const Contract& later);

/// All packages and contracts of a history. The operations stay what they are, so a database is changed by a package as
/// it was before; each package is proved to lead from its later start to its later end as well as it did between the
/// earlier ones. `contracts` holds those of all packages, and of refs; `live` as in `states_of`. Errors: those of
/// `check_integrity`, `require_filled` and `upgraded`; MIGRATION.NOT_UPGRADABLE for a package without operations that
/// ought to have some, and where two contracts would become one. O(packages · (schema + operations)).
UpgradedHistory upgrade_history(const std::vector<Package>& packages, const Contracts& contracts,
                                const LiveSchemas& live = {});

/// The packages with SQL of which only a database can tell what it did: labels of operations by names of packages.
/// O(operations log schema).
std::map<std::string, std::vector<std::string>> opaque_operations(const std::vector<Package>& packages,
                                                                  const Contracts& contracts);

}  // namespace plinth
