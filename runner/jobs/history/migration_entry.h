#pragma once
// How packages, and what stands in the way of a run, are told.
#include <functional>

#include "runner/jobs/sources/history.h"

namespace plinth {

/// A package of a space. `refs` are those that name the contract to which it leads. Source: `migration list --json` of
/// Prisma Next 0.16.0.
struct MigrationEntry {
  std::string name, hash;
  std::optional<std::string> from;  // absent: an empty database
  std::string to;
  std::int64_t operation_count = 0;
  std::string created_at;
  std::vector<std::string> refs, provided_invariants;
  static constexpr auto fields = std::tuple{field("name", &MigrationEntry::name),
                                            field("hash", &MigrationEntry::hash),
                                            field("fromContract", &MigrationEntry::from),
                                            field("toContract", &MigrationEntry::to),
                                            field("operationCount", &MigrationEntry::operation_count),
                                            field("createdAt", &MigrationEntry::created_at),
                                            field("refs", &MigrationEntry::refs),
                                            field("providedInvariants", &MigrationEntry::provided_invariants)};
};

/// Reads ops.json of a package to count its operations. O(refs + operations).
MigrationEntry migration_entry(const History& history, const PackageEntry& package);

/// The packages of a history, newest name first. O(packages · refs).
std::vector<MigrationEntry> migration_entries(const History& history);

/// The package that a text names: its directory, or the beginning (6 digits or more) of its hash. O(packages).
/// Errors: MIGRATION.UNKNOWN_MIGRATION, MIGRATION.AMBIGUOUS_TARGET.
const PackageEntry& package_named(const History& history, const std::string& text);

/// The names of the refs at a contract. O(refs).
std::vector<std::string> refs_at(const History& history, std::string_view node);

/// Why something is not as it should be, as a value: what an error would say.
struct Diagnostic {
  std::string code, message, why, fix;
  static constexpr auto fields = std::tuple{field("code", &Diagnostic::code), field("message", &Diagnostic::message),
                                            field("why", &Diagnostic::why), field("fix", &Diagnostic::fix)};
};
Diagnostic diagnostic_of(const Error& error);
/// Does something that a user's files or database may not allow; says so. Bugs of the engine and cancellation pass.
std::optional<Diagnostic> diagnosed(const std::function<void()>& attempt);

/// The spaces of a directory of migrations, which must be there. Error: MIGRATION.FILE_MISSING.
std::vector<Space> existing_spaces(const std::string& migrations);
/// The one space that is meant: that of the name, else the application's, else the only one.
/// Errors: MIGRATION.FILE_MISSING, RPC.INVALID_PARAMS for a name that no space has.
Space space_named(const std::string& migrations, const std::optional<std::string>& name);

}  // namespace plinth
