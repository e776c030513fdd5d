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

/// A package that was looked at, but not read: where it is, and its migration.json.
struct PackageEntry {
  std::string directory, name;
  Manifest manifest;
};
/// Errors: MIGRATION.FILE_MISSING, and those of `parse_manifest`.
PackageEntry load_package_entry(const std::string& directory);

/// How many operations a package has. Errors: those of reading ops.json, MIGRATION.INVALID_JSON.
std::size_t operation_count(const std::string& directory);

/// The directories of the packages of a space (`migrations/app`), by name: every sub-directory that holds a file of a
/// package. Errors: FILE.UNREADABLE.
std::vector<std::string> package_directories(const std::string& space_directory);

/// All packages of a space (`migrations/app`), by name.
/// Errors: those of `package_directories` and `load_package`.
std::vector<Package> load_packages(const std::string& space_directory);

/// The space of the application; the others are those of extensions.
inline constexpr std::string_view app_space = "app";

/// The ref of an extension's space that says where it stands; that of the application has none.
inline constexpr std::string_view head_ref = "head";

/// A space: a directory with packages and refs, and the name under which databases keep its marker.
struct Space {
  std::string id, directory;
};
/// Whether it is that of an extension: it is brought to its ref `head`, and the application's has no ref of that name.
bool is_extension(const Space& space);
/// The spaces of a directory (`migrations`), those of extensions first, by name, as they are applied; or the one that
/// the directory itself is. A space is that of an extension where it has a ref `head`, or stands beside one named
/// `app`. A directory without any is the space of the application, without packages. Source: layout of Prisma Next
/// 0.16.0. Errors: FILE.UNREADABLE, RPC.INVALID_PARAMS for a directory that is a space and holds spaces.
std::vector<Space> spaces_at(const std::string& directory);

/// The space in whose directory a package lies.
Space space_of_package(const std::string& package_directory);

/// The spaces of a directory (`migrations`): its sub-directories that hold packages or refs, sorted. Empty where it is
/// a space itself.
std::vector<std::string> spaces_in(const std::string& directory);

/// The files of the refs of a space, below its directory `refs`, sorted. Errors: FILE.UNREADABLE.
std::vector<std::string> ref_files(const std::string& space_directory);
/// The ref of such a file. Errors: MIGRATION.INVALID_REF_NAME, MIGRATION.INVALID_REF_FILE.
Ref load_ref(const std::string& space_directory, const std::string& file);
/// The refs of a space, by name. Errors: those of `load_ref`.
std::vector<Ref> load_refs(const std::string& space_directory);

/// Where the store of contracts beside a space (migrations/snapshots) keeps a contract: a directory with contract.json
/// and contract.d.ts.
std::string snapshot_directory(const std::string& space_directory, std::string_view hash);

/// Whose form the packages of a space have; nothing for a space that is empty, or not there. Errors: those of
/// `load_package` and `load_refs`.
std::optional<ContractEra> era_of_space(const std::string& space_directory);

/// The contract.d.ts beside a contract.json (by its path); nothing where there is none.
std::optional<std::string> load_types_beside(const std::string& contract_file);

/// The contract copy that belongs to a ref: its own, that of the store, or that of a package that leads there.
/// Errors: MIGRATION.SNAPSHOT_MISSING. O(packages).
std::string load_ref_contract(const std::string& space_directory, const Ref& ref);

}  // namespace plinth
