#pragma once
// Two branches of a history as one.
#include "planner/plan/plan.h"

namespace plinth {

/// What two branches cannot both have: what each does to the thing at `path`, why that does not go together.
struct MergeConflict {
  std::vector<std::string> path;
  std::string ours, theirs, why, fix;
  static constexpr auto fields = std::tuple{field("path", &MergeConflict::path), field("ours", &MergeConflict::ours),
                                            field("theirs", &MergeConflict::theirs), field("why", &MergeConflict::why),
                                            field("fix", &MergeConflict::fix)};
};

/// The end of a branch: where it leads, and the operations that lead there from the base, where they are known.
struct BranchEnd {
  Schema schema;
  std::vector<Operation> operations;
};

struct Merge {
  std::vector<MergeConflict> conflicts;  // all of them; when there is one, the rest says nothing
  Schema merged;
  Plan from_ours, from_theirs;  // to `merged`
  std::vector<std::string> warnings;
};

/// Puts the changes of both branches together: each thing, and each property of a thing, may be changed by one of them,
/// or by both alike; what one creates or keeps must find what it needs in what the other leaves. The order does not
/// matter: theirs upon ours and ours upon theirs is one schema. The way from a branch is the other's operations, with
/// their renames and transforms, where they lead there; else it is planned. O((schemas + operations) log), and for each
/// table: columns that go or change their type, times the expressions that the other branch writes.
Merge merge(const Schema& base, const BranchEnd& ours, const BranchEnd& theirs);

}  // namespace plinth
