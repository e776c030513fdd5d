#pragma once
// What the models of two contracts say about their storage.
#include "engine/contract/contract.h"
#include "planner/hints/apply_hints.h"

namespace plinth {

/// Renames that keep the identity of models and fields: a model of both contracts (same namespace, same name) that is
/// stored in another table of the same schema, a field of both that is stored in another column. Models that disagree
/// about a table or a column say nothing. Whether the old name goes and the new one comes, with the same type, is for
/// `apply_hints` to see. O(models log + fields log).
std::vector<DerivedHint> mapping_hints(const Contract& start, const Contract& end);

}  // namespace plinth
