#pragma once
// The text by which a user names a contract of the history.
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "planner/history/route.h"

namespace plinth {

struct ReferenceCandidate {
  std::string hash;
  std::string meaning;  // `ref "main"`, `package "20260101T0000_init"`, `hash prefix of 0a1b…`
};
struct UnknownReference {};
struct AmbiguousReference {
  std::vector<ReferenceCandidate> candidates;
};
using Reference = std::variant<std::string, UnknownReference, AmbiguousReference>;

/// The contract that a text names: `empty`, a full hash of the history, `<package>^` (where the package starts), else
/// the one contract among: the ref of that name, the end of the package of that name, the nodes whose hash begins with
/// the text (6 or more hex digits). Hashes may carry `sha256:`. `refs` maps names to bare hashes; a caller for whom
/// `@contract` and `@db` have a value lists them there. O(V + E). Source: contract reference grammar of Prisma Next
/// 0.16.0; candidates that agree on the hash are not ambiguous.
Reference resolve_reference(std::string_view text, const Graph&, const std::map<std::string, std::string>& refs);

}  // namespace plinth
