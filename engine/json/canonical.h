#pragma once
// The byte forms that identities are made of: JSON as ECMAScript prints it, and the hashes over it.
#include <span>
#include <string>
#include <string_view>

#include "engine/json/json.h"
#include "engine/json/sha256.h"

namespace plinth {

/// JSON as `JSON.stringify(value, null, indent)` prints it: ECMAScript numbers and escapes, array-index-like keys
/// first. indent 0 is compact. O(value).
std::string stringify(const Json& value, int indent);
/// The same of JSON text.
std::string stringify_text(std::string_view json_text, int indent);
/// Compact, with the keys of every object sorted by UTF-16 code unit.
std::string canonical_json(const Json& value);

/// The keys that lead to a member, outermost first. The position in an array is no part of it.
using KeyPath = std::span<const std::string_view>;

/// What a canonical form leaves out, and which arrays it sorts.
struct CanonicalRules {
  bool (*keeps)(KeyPath path, const Json& value);  // false leaves the member out
  // true lists the elements of the array by their member `name`; `first` is one of them
  bool (*sorted_by_name)(KeyPath path, const Json& first);
};
/// Adds the value as it stands under `key` in a document that is printed canonically: keys sorted, two spaces a level.
/// O(value), times the logarithm of its largest object when that is not sorted yet.
void add_canonical_section(Sha256& hash, const Json& value, std::string_view key, const CanonicalRules& rules);

/// 16 hex digits of XXH3-64, for fingerprints that nobody else reads.
std::string fingerprint(std::string_view bytes);

/// Compares as JavaScript sorts strings: by UTF-16 code unit. Both sides are valid UTF-8.
bool utf16_less(std::string_view a, std::string_view b);
/// The order in which JavaScript lists sorted keys: array indices first, as numbers, then by UTF-16 code unit.
bool js_key_less(std::string_view a, std::string_view b);

/// The hash of a migration package, bare hex: over its manifest without `migrationHash`, and its operations.
std::string migration_hash_hex(const Json& manifest, const Json& operations);

}  // namespace plinth
