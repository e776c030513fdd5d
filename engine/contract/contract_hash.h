#pragma once
// Computes the hashes of a contract. Each section is hashed by itself, in an envelope whose form depends on the era.
#include <string>
#include <string_view>

#include "engine/contract/contract.h"

namespace plinth {

/// What the hashed document says besides the section.
struct HashEnvelope {
  std::string target_family, target;
  bool has_models = false;      // `models` where later eras have `domain`
  bool has_extensions = false;  // `extensions` where earlier eras have `extensionPacks`
};

/// The sections that are hashed, each on its own. A profile is the map of authored capabilities.
enum class HashedSection { storage, execution, profile };

/// The SHA-256 (hex) of the canonical text of an envelope with one section. Hashes that the section holds, and the
/// `kind` of a namespace, are no part of it. O(section).
std::string section_hash(HashedSection kind, const Json& section, const HashEnvelope& envelope);

/// `hash_contract` of a document that is parsed already.
HashedContract hash_document(const Json& document, std::string_view file);

}  // namespace plinth
