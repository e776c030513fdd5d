#pragma once
#include "engine/contract/contract.h"

namespace plinth {

/// The text of contract.d.ts: the types that Prisma Next 0.16.0 emits beside a contract.json, byte for byte, with the
/// members in the order of the document. (Its own emit takes the order of the source, which a contract.json does not
/// keep; for TypeScript the order means nothing.) The domain is read as far as it is as expected.
/// Error: CONTRACT.TYPES_UNSUPPORTED for documents of other eras. O(document).
std::string contract_types(const Contract& contract);

/// Whether `contract_types` has types for a contract: whether it is in the form of Prisma Next 0.16.0.
bool has_contract_types(const Contract& contract);

/// Whether a text is the contract.d.ts of a contract: whether it states its storage hash.
bool are_types_of(std::string_view types, const Contract& contract);

}  // namespace plinth
