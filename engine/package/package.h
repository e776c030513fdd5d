#pragma once
// A migration on disk: its manifest, its stored operations, its identity.
#include "engine/contract/contract.h"
#include "engine/operation.h"
#include "engine/ops/by_hand/raw_sql.h"

namespace plinth {

/// migration.json. `from` is absent for a baseline, which starts from an empty database.
struct Manifest {
  std::optional<std::string> from;
  std::string to;
  std::vector<std::string> provided_invariants;
  std::string created_at;  // ISO 8601, milliseconds, UTC
  std::string migration_hash;
};

/// The origin that a ledger names: the hash, or `empty` in the style of the hash that the package leads to.
std::string ledger_origin(const Manifest& manifest);

/// A package as it stands in its directory. `name` is the directory's name.
struct Package {
  std::string directory, name;
  Manifest manifest;
  std::vector<RawSql> operations;
  std::string computed_hash;                                // of what was read, in the style of the stored one
  std::optional<std::string> start_contract, end_contract;  // texts, where the package or the store holds them
  std::string start_contract_file, end_contract_file;       // where they are, or should be
};

/// Reads migration.json. Errors: MIGRATION.INVALID_JSON, MIGRATION.INVALID_MANIFEST.
Manifest parse_manifest(const std::string& text, const std::string& file);

/// Reads the two JSON files. Errors: MIGRATION.INVALID_JSON, MIGRATION.INVALID_MANIFEST,
/// MIGRATION.INVALID_OPERATION_ENTRY (with the exact path), MIGRATION.INVALID_INVARIANT_ID,
/// MIGRATION.DUPLICATE_INVARIANT_IN_EDGE. Whether the hash is right is asked by `check_integrity`.
Package parse_package(std::string directory, const std::string& manifest_text, const std::string& operations_text);

/// The hash of a package's two JSON files, computed (in the style of the stored one) and as stored. The operations may
/// be of any target: hashing asks only that they are a list. Errors: MIGRATION.INVALID_JSON,
/// MIGRATION.INVALID_MANIFEST, MIGRATION.INVALID_OPERATION_ENTRY.
struct PackageHash {
  std::string computed, stored;
};
PackageHash hash_package(const std::string& directory, const std::string& manifest_text,
                         const std::string& operations_text);

/// Errors: MIGRATION.HASH_MISMATCH (both hashes named), MIGRATION.PROVIDED_INVARIANTS_MISMATCH.
void check_integrity(const Package& package);

/// The typed operations of a package.
std::vector<Operation> typed_operations(const Package& package);

/// The texts of a package's two JSON files: two spaces, no newline at the end. Fills in `provided_invariants` and
/// `migration_hash` (in the style of `to`).
struct PackageTexts {
  std::string manifest, operations;
  std::string migration_hash;
  std::vector<std::string> provided_invariants;
};
PackageTexts package_texts(Manifest manifest, const std::vector<RawSql>& operations);

/// The sorted invariants that operations provide. Errors as in `parse_package`.
std::vector<std::string> provided_invariants(const std::vector<RawSql>& operations);

/// A hash of what a stored operation is and does, whatever package it is in.
std::string hash_of_operation(const RawSql& operation);

/// The stored forms of operations.
std::vector<RawSql> stored_forms(const std::vector<Operation>& operations);

/// `20261121T0611_add_bio` of a time (ISO 8601) and a name. Error: MIGRATION.INVALID_NAME.
std::string package_directory_name(const std::string& created_at, const std::string& name);

/// refs/<name>.json.
struct Ref {
  std::string name, hash;
  std::vector<std::string> invariants;
};
/// Errors: MIGRATION.INVALID_REF_NAME. The name of the file, if it has one, goes into the error.
void check_ref_name(const std::string& name, const std::string& file = {});
/// Errors: MIGRATION.INVALID_REF_NAME, MIGRATION.INVALID_REF_FILE.
Ref parse_ref(const std::string& name, const std::string& text, const std::string& file);
/// The text of refs/<name>.json: two spaces, a newline at the end.
std::string ref_text(const Ref& ref);

}  // namespace plinth
