#pragma once
// From two schemas to the operations that lead from one to the other, and the proof that they do.
#include <functional>

#include "engine/operation.h"
#include "engine/ops/by_hand/data_transform.h"
#include "planner/costs.h"
#include "planner/diff.h"
#include "planner/reconcile.h"
#include "planner/warning.h"

namespace plinth {

/// Something that the planner cannot do, or may not do; a plan with conflicts is no plan.
enum class ConflictKind {
  type_mismatch,
  unsupported_operation,
  policy_violation,
  bad_hint,
};
inline constexpr Named<ConflictKind> conflict_kinds[] = {{"typeMismatch", ConflictKind::type_mismatch},
                                                         {"unsupportedOperation", ConflictKind::unsupported_operation},
                                                         {"policyViolation", ConflictKind::policy_violation},
                                                         {"badHint", ConflictKind::bad_hint}};
constexpr const auto& names(ConflictKind) { return conflict_kinds; }

struct Conflict {
  ConflictKind kind = ConflictKind::unsupported_operation;
  std::string summary, why, fix;
  std::vector<std::string> path;
  static constexpr auto fields =
      std::tuple{field("kind", &Conflict::kind), field("summary", &Conflict::summary), field("why", &Conflict::why),
                 field("fix", &Conflict::fix), field("path", &Conflict::path)};
};

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
  const Schema* bystanders = nullptr;  // live objects that the plan leaves alone, and must not hurt
  bool allows(OperationClass c) const { return std::find(classes.begin(), classes.end(), c) != classes.end(); }
};

/// What can be asked of the origin before the plan runs: the rows of `query` are what the transform has to work on, or
/// at most what it has; `counts` says what each of them is.
struct Probe {
  std::string transform, query, counts;
};

inline constexpr std::string_view counts_all_rows = "rows of the table";

/// A transform that moves values, and the new columns (schema, table, column) that need no backfill beside it.
struct Move {
  DataTransform transform;
  std::vector<std::vector<std::string>> fills;
};

/// What hints make of an origin before the plan is made: see planner/guide.h.
struct Guidance {
  std::vector<Operation> renames;  // applied to the origin already; they come first in the plan
  Schema origin;                   // as it was before them; empty when there are none
  std::vector<Move> moves;
  std::vector<Conflict> conflicts;
  std::vector<Warning> warnings;
};

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

/// Plans the way from `actual` to `expected`. Both are reconciled already. Deterministic: equal schemas give equal
/// plans. Throws ENGINE.INTERNAL, naming the difference, when the plan does not prove itself. With guidance, `actual`
/// is the origin that the guidance has renamed. O((expected + actual) log + operations log).
Plan plan(const Schema& expected, const Schema& actual, const PlanOptions& options = {}, const Guidance& guidance = {});

/// Takes operations out of a plan; what is known of the others stays with them. O(operations).
void remove_operations(Plan& plan, const std::function<bool(const Operation&)>& goes);

/// Fills in what the operations of a plan cost on their way from `origin`.
void weigh(Plan& plan, const Schema& origin, int server_version);

/// The open slots of a list of operations.
std::vector<std::string> open_slots(const std::vector<Operation>& operations);

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
