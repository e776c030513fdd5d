#pragma once
// Who looks after an object: what the control policies of a contract mean for a plan, and for a comparison.
#include "engine/schema/schema.h"

namespace plinth {

/// Schemas and extensions are always the contract's own.
template <class Node>
bool is_managed(const Node& node) {
  if constexpr (requires { node.control; }) return node.control == Control::managed;
  return true;
}

/// For a plan, which changes only what the contract manages: tables and enums looked after by somebody else are removed
/// from both sides where they exist (external, observed), or are kept only to be created (tolerated).
/// O(expected log actual).
void respect_control(Schema& expected, Schema& actual);

/// What the contract before left to somebody else, and the next one does not name, is somebody else's in a live
/// database too. O(before log live).
void adopt_control(const Schema& before, const Schema& expected, Schema& live);

/// For a comparison of reconciled schemas: what is declared of external and tolerated tables and enums stays, so that
/// what is missing or differs is told; what they have beyond that is taken out of the actual side, and so is what
/// is nobody's. Observed ones are removed from both sides. Of external ones the values of enums and checks may differ.
/// Source: Prisma Next 0.16.0, db verify; there a tolerated table may have further columns alone.
/// O(expected log actual).
void overlook_undeclared(Schema& expected, Schema& actual);

/// Whether the schema holds anything that is not managed.
bool has_unmanaged(const Schema& schema);

}  // namespace plinth
