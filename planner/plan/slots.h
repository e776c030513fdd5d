#pragma once
// Filling what a plan leaves open.
#include "engine/operation.h"
#include "engine/ops/by_hand/data_transform.h"
#include "planner/plan/plan.h"

namespace plinth {

/// What a fill says of batches: nothing, which leaves the transform as it is planned; how; or `false` for none.
struct BatchChoice {
  std::optional<Batch> batch;
  bool none = false;
  bool operator==(const BatchChoice&) const = default;
};
template <>
struct Shape<BatchChoice> {
  static void read(BatchChoice& out, const Json& j, const JsonPath& at) {
    if (json::type(j) != json::Type::boolean) return decode(out.batch.emplace(), j, at);
    out.none = !json::read_bool(j, at);
    if (!out.none) out.batch.emplace();
  }
  static void write(Json& out, const BatchChoice& v) {
    if (v.batch) return encode(out, *v.batch);
    json::set(out, false);
  }
  static std::string ts() { return typescript<Batch>() + " | boolean"; }
  static std::string schema() { return R"({"anyOf":[)" + json_schema<Batch>() + R"(,{"type":"boolean"}]})"; }
  static std::vector<const TypeDescription& (*)()> mentions() { return {&describe<Batch>}; }
};

/// What fills the slots of one transform. `run` is one statement or a list of them. Instead, before a change of type,
/// `using` may be an SQL expression: what a value becomes in the new type. Nothing is left to transform then. Before
/// NOT NULL, `value` may be an SQL expression: what a row gets that has no value.
struct SlotFill {
  std::optional<std::string> slot;       // as a plan names it: `backfill-users-handle:run`, or without what follows `:`
  std::optional<std::string> transform;  // the name of the transform; in the place of slot
  std::optional<TransformCheck> check;
  std::vector<TransformQuery> run;
  bool nothing_to_run = false;  // fills `run` with no statement at all
  std::optional<std::string> using_expression;
  std::optional<std::string> value;  // before NOT NULL: an SQL expression over a row, in the place of `run`
  BatchChoice batch;                 // whether it goes through its rows in batches, and how
  bool sync = false;                 // whether rows that are written meanwhile get the value, too
  std::optional<std::string> invariant_id;
  static constexpr auto fields = std::tuple{field("slot", &SlotFill::slot),
                                            field("transform", &SlotFill::transform),
                                            field("check", &SlotFill::check),
                                            field("run", &SlotFill::run),
                                            field("nothingToRun", &SlotFill::nothing_to_run),
                                            field("using", &SlotFill::using_expression),
                                            field("value", &SlotFill::value),
                                            defaulted("batch", &SlotFill::batch),
                                            field("sync", &SlotFill::sync),
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

/// Fills the slots. `sync` adds operations before and after the transform. Errors: MIGRATION.UNKNOWN_SLOT for a
/// transform that is not there, for a `using` where no type changes, and for a `value` where no column becomes NOT
/// NULL; RPC.INVALID_PARAMS for what is not one expression; MIGRATION.NOT_BATCHABLE. O(operations * fills).
void fill_slots(std::vector<Operation>& operations, const std::vector<SlotFill>& fills);
/// The same in a plan: what is known of the other operations stays with them.
void fill_slots(Plan& plan, const std::vector<SlotFill>& fills);

/// Error: MIGRATION.UNFILLED_PLACEHOLDER naming every open slot.
void require_filled(const std::vector<Operation>& operations, const std::string& where);

}  // namespace plinth
