#pragma once
// From where a database is to where it should be.
#include "runner/jobs/sources/history.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {

/// The contract at which a marker stands, as a node of the history.
std::string node_at(const std::optional<Marker>& marker);

/// Where a space is to be brought: to the contract that a reference names (a ref, a package, a hash, a file); without
/// one, an extension to its ref `head`, the application to the one newest contract on the ways from the marker. To go
/// to the newest, no package may be cut off. Errors: MIGRATION.MARKER_MISMATCH for a marker that no package knows,
/// MIGRATION.AMBIGUOUS_TARGET, MIGRATION.UNKNOWN_REF, MIGRATION.PATH_UNREACHABLE.
Destination target_of(const History& history, const std::optional<std::string>& reference,
                      const std::optional<Marker>& marker);

/// The invariants that the target requires and the marker does not have.
std::vector<std::string> missing_invariants(const Destination& target, const std::optional<Marker>& marker);

/// The packages on the way from the marker to the target that provide what is missing. Errors:
/// MIGRATION.MARKER_MISMATCH, MIGRATION.UNKNOWN_INVARIANT, MIGRATION.NO_INVARIANT_PATH, MIGRATION.PATH_UNREACHABLE.
std::vector<Edge> route(const History& history, const std::optional<Marker>& marker, const Destination& target);

}  // namespace plinth
