#pragma once
// Whether operations lead where they claim to lead.
#include "engine/operation.h"
#include "planner/compare/diff.h"
#include "planner/compare/reconcile.h"

namespace plinth {

/// Whether operations lead from one schema to another, by simulation.
struct Proof {
  bool ok = false;
  std::vector<IssueReport> issues;    // what would still differ
  std::vector<std::string> opaque;    // labels of raw operations, whose effect only a database can tell
  std::optional<std::string> broken;  // the operation that could not be applied, and why
  static constexpr auto fields = std::tuple{field("ok", &Proof::ok), field("issues", &Proof::issues),
                                            field("opaque", &Proof::opaque), field("broken", &Proof::broken)};
};
/// What a failed proof lacks, in one line. O(issues).
std::string failure(const Proof& proof);
Proof prove(const Schema& from, const std::vector<Operation>& operations, Schema to,
            Leftovers leftovers = Leftovers::nothing);

}  // namespace plinth
