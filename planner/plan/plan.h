#pragma once
// Operations that lead from one schema to another, and what is known of them.
#include <functional>

#include "engine/operation.h"
#include "engine/schema/dependent.h"
#include "engine/sql/reading/mentioned_names.h"
#include "planner/conflict.h"
#include "planner/plan/costs.h"
#include "planner/warning.h"

namespace plinth {

/// What happens to views that stand in the way of a change: they are detached and made again, or they are conflicts.
enum class Dependents { recreate, refuse };
inline constexpr Named<Dependents> dependents_names[] = {{"recreate", Dependents::recreate},
                                                         {"refuse", Dependents::refuse}};
constexpr const auto& names(Dependents) { return dependents_names; }

/// Which classes of operations a plan may use, which hazards it may not have, and whether it goes online.
struct PlanOptions {
  std::vector<OperationClass> classes = {OperationClass::additive, OperationClass::widening,
                                         OperationClass::destructive, OperationClass::data};
  /// The codec that a contract gives to the column of a path, for messages; may be absent.
  std::function<std::string(const std::vector<std::string>& path)> codec_of = {};
  std::vector<std::string> known_types = {};  // that columns may have though no schema holds them
  std::vector<HazardKind> forbid = {};
  bool online = false;
  int server_version = usual_server_version;
  /// Which of these names the database lacks; absent where there is no database to ask.
  AbsentNames absent = {};
  bool exact = false;                                  // both sides are databases: what the destination lacks goes
  std::optional<Dependents> views_in_the_way = {};     // absent: those that come back the same are made again
  const Schema* unmanaged = nullptr;                   // live objects that the plan leaves alone, and must not hurt
  const std::vector<Dependent>* dependents = nullptr;  // what the model does not hold, and needs what is there
  bool allows(OperationClass c) const { return std::find(classes.begin(), classes.end(), c) != classes.end(); }
};

/// What can be asked of the origin before the plan runs: `query` returns the rows that the transform must change, or
/// more than those; `counts` describes one row.
struct Probe {
  std::string transform, query, counts;
};

inline constexpr std::string_view counts_all_rows = "rows of the table";

struct Plan {
  std::vector<Operation> operations;  // in the order of execution
  std::vector<Conflict> conflicts;    // all of them; when there is one, `operations` is empty
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
  std::vector<Warning> warnings;
  std::vector<std::string> placeholders;  // the open slots
  std::vector<Probe> probes;              // of the transforms that can tell
  bool needs_data_migration() const;
};

/// Takes operations out of a plan; what is known of the others stays with them. O(operations).
void remove_operations(Plan& plan, const std::function<bool(const Operation&)>& goes);

/// Operations that no planner made, as a plan from their origin: with their impacts, hazards and open slots.
/// O(origin + operations log operations).
Plan plan_of(std::vector<Operation> operations, const Schema& origin, int server_version);

/// The open slots of a list of operations.
std::vector<std::string> open_slots(const std::vector<Operation>& operations);

}  // namespace plinth
