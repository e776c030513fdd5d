#pragma once
#include <map>
#include <set>

#include "planner/plan/plan.h"

namespace plinth {

/// An operation with its place in the plan: phase, then rank within the phase, then path.
struct Planned {
  Operation operation;
  Phase phase;
  int rank = 0;
};

/// Autoincrement columns by the names of their sequences.
using Numbered = std::optional<std::map<Name, SequenceOwner>>;

/// The plan while it is being made.
struct Draft {
  const Schema& expected;
  const Schema& actual;
  const PlanOptions& options;
  std::vector<Planned> operations;
  std::vector<Conflict> conflicts;
  std::set<ObjectId> suspended = {};  // what goes for a while and comes back
  struct Renamed {
    std::string to, operation;  // the new name, the id of the operation
  };
  std::map<ObjectId, Renamed> renamed = {};            // parts of tables, by their old names
  std::set<std::string> guarded = {};                  // transforms that make rows fit for new constraints
  Numbered numbered_before = {}, numbered_after = {};  // made when a sequence asks for them
  std::vector<Dependent> lost_views = {};              // views that stand in the way, and cannot come back
  std::vector<Dependent> unlike_views = {};            // those that may mean something else when they come back
  std::vector<Probe> probes = {};                      // how much work the transforms have
  std::set<std::vector<std::string>> moved = {};       // paths of columns that a move fills

  void add(Operation op, int rank = 0) {
    const Phase p = phase(op);
    operations.push_back({std::move(op), p, rank});
  }
  void add_in(Phase p, Operation op, int rank = 0) { operations.push_back({std::move(op), p, rank}); }
};

}  // namespace plinth
