#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/json.h"

namespace plinth {

/// A path of the document that both sides changed, to different values. `null`: the member is absent.
struct DocumentConflict {
  std::vector<std::string> path;
  JsonText ours, theirs;
};

struct MergedContract {
  std::string text;  // two spaces; its hashes are its own
  std::vector<DocumentConflict> conflicts;
};

/// Three contract documents as one: each member may be changed by one side, or by both alike. Lists of objects are
/// taken as sets: what either side adds is added, what either takes away is gone; two objects of one name are a
/// conflict, unless one leaves its name open and they are the same but for that. An empty `base` is the empty document.
/// Errors: CONTRACT.INVALID_JSON, and those of hashing. O(texts log texts), times their depth.
MergedContract merge_contracts(std::string_view base, std::string_view ours, std::string_view theirs);

}  // namespace plinth
