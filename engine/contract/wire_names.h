#pragma once
// Names that carry a hash of what they name: `<prefix>_<8 hex digits>`.
#include <string>

#include "engine/contract/contract.h"

namespace plinth {

/// The longest prefix, in bytes: with `_` and the hash a name has 63.
inline constexpr std::size_t max_prefix_bytes = 54;

/// The eight digits for the content of an index, of the expression of a check, and of a policy: the start of the
/// SHA-256 of a JSON array of it. Runs of white space in SQL count as one space. Source: Prisma 8.0.0-rc.13 (indexes,
/// checks), Prisma Next 0.16.0 (policies).
std::string content_hash(const ContractIndex& index);
std::string content_hash(const ContractCheck& check);
std::string content_hash(const ContractPolicy& policy);

/// Refuses a prefix that is too long (CONTRACT.VALIDATION_FAILED) and a name whose hash is not that of the content
/// (CONTRACT.WIRE_NAME_MISMATCH).
void check_wire_name(const std::string& name, const std::string& prefix, const std::string& hash, const JsonPath& at);

}  // namespace plinth
