#pragma once
// Filling what a plan leaves open.
#include "engine/operation.h"
#include "engine/ops/by_hand/data_transform.h"

namespace plinth {

/// What fills the slots of one transform. `run` is one statement or a list of them. Instead, before a change of type,
/// `using` may be an SQL expression: what a value becomes in the new type. Nothing is left to transform then.
struct SlotFill {
  std::optional<std::string> slot;       // as a plan names it: `backfill-users-handle:run`, or without what follows `:`
  std::optional<std::string> transform;  // the name of the transform; in the place of slot
  std::optional<TransformCheck> check;
  std::vector<TransformQuery> run;
  bool nothing_to_run = false;  // fills `run` with no statement at all
  std::optional<std::string> using_expression;
  std::optional<std::string> invariant_id;
  static constexpr auto fields = std::tuple{field("slot", &SlotFill::slot),
                                            field("transform", &SlotFill::transform),
                                            field("check", &SlotFill::check),
                                            field("run", &SlotFill::run),
                                            field("nothingToRun", &SlotFill::nothing_to_run),
                                            field("using", &SlotFill::using_expression),
                                            field("invariantId", &SlotFill::invariant_id)};
  /// Refuses a fill that names no slot, or two.
  void validate(const JsonPath& at) const;
};

/// An open slot, with what the planner knows of it.
struct Placeholder {
  std::string slot, transform;
  std::optional<TransformCheck> check;
  static constexpr auto fields =
      std::tuple{field("slot", &Placeholder::slot), field("transform", &Placeholder::transform),
                 field("check", &Placeholder::check)};
};
std::vector<Placeholder> placeholders(const std::vector<Operation>& operations);

/// Fills the slots. Error: MIGRATION.UNKNOWN_SLOT for a transform that is not there, and for a `using` where no type
/// changes; RPC.INVALID_PARAMS for a `using` that is not one expression. O(operations * fills).
void fill_slots(std::vector<Operation>& operations, const std::vector<SlotFill>& fills);

/// Error: MIGRATION.UNFILLED_PLACEHOLDER naming every open slot.
void require_filled(const std::vector<Operation>& operations, const std::string& where);

}  // namespace plinth
