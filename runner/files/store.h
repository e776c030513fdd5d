#pragma once
// The migrations directory: packages, refs, contract copies.
#include "engine/package/package.h"

namespace plinth {

/// Reads a contract.json. Errors: FILE.*, and those of `parse_contract`.
Contract load_contract(const std::string& path);

/// Reads a package with its contract copies (its own, or those of the snapshot store beside the packages).
/// Errors: MIGRATION.FILE_MISSING, and those of `parse_package`.
Package load_package(const std::string& directory);

/// The hash of a package on disk, whatever its target. Errors: MIGRATION.FILE_MISSING, and those of `hash_package`.
PackageHash load_package_hash(const std::string& directory);

/// All packages of a space (`migrations/app`), by name: every sub-directory that holds a file of one.
/// Errors: FILE.UNREADABLE, and those of `load_package`.
std::vector<Package> load_packages(const std::string& space_directory);

/// The spaces of a directory (`migrations`): its sub-directories that hold packages, sorted. Empty where it holds
/// packages itself.
std::vector<std::string> spaces_in(const std::string& directory);

/// The refs of a space, by name. Errors: MIGRATION.INVALID_REF_FILE.
std::vector<Ref> load_refs(const std::string& space_directory);

/// Where the store of contracts beside a space (migrations/snapshots) keeps a contract: a directory with contract.json
/// and contract.d.ts.
std::string snapshot_directory(const std::string& space_directory, std::string_view hash);

/// Whose form the packages of a space have; nothing for a space that is empty, or not there. Errors: those of
/// `load_package` and `load_refs`.
std::optional<ContractEra> era_of_space(const std::string& space_directory);

/// The contract.d.ts beside a contract.json (by its path); nothing where there is none.
std::optional<std::string> load_types_beside(const std::string& contract_file);

/// The contract copy that belongs to a ref. Errors: MIGRATION.SNAPSHOT_MISSING.
std::string load_ref_contract(const std::string& space_directory, const Ref& ref, const std::vector<Package>& packages);

}  // namespace plinth
