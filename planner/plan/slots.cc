#include "planner/plan/slots.h"

#include <set>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/sql/scan.h"
#include "planner/plan/plan.h"

namespace plinth {
namespace {

// A transform is named by itself, or by one of its slots.
bool is_slot_of(std::string_view name, std::string_view transform) {
  if (!name.starts_with(transform)) return false;
  const std::string_view rest = name.substr(transform.size());
  return rest.empty() || rest == ":run" || rest == ":check";
}

void require_one_expression(const DataTransform& transform, const std::string& expression) {
  if (is_one_expression(expression)) return;
  throw Error(Code::rpc_invalid_params, "`using` of transform " + q(transform.name) + " is not one SQL expression",
              "Something is left open, or it holds ; or a comment, or a comma outside of brackets.")
      .with("transform", transform.name);
}

// The transform says no more than that it is done: the change of type itself makes the new values.
void fill_with_expression(std::vector<Operation>& operations, DataTransform& transform, const std::string& expression) {
  AlterColumnType* change = nullptr;
  for (auto& op : operations) {
    auto* alter = get_if<AlterColumnType>(&op);
    if (alter != nullptr && transform.aim.prepares_type_change(alter->on(), alter->column)) change = alter;
  }
  if (change == nullptr) {
    throw Error(Code::migration_unknown_slot, "no type changes after transform " + q(transform.name),
                "An expression for `using` says what a value becomes in another type.")
        .with("transform", transform.name);
  }
  require_one_expression(transform, expression);
  change->using_expression = expression;
  transform.check.emplace().satisfied = true;
  transform.run.emplace();
}

}  // namespace

void SlotFill::validate(const JsonPath& at) const {
  if (slot.has_value() == transform.has_value()) at.member("slot").fail(slot ? "is given beside transform" : "missing");
}

std::vector<Placeholder> placeholders(const std::vector<Operation>& operations) {
  std::vector<Placeholder> out;
  for (const auto& op : operations) {
    for (const auto& slot : open_slots(op)) {
      const auto& transform = get<DataTransform>(op);
      out.push_back({slot, transform.name, transform.check});
    }
  }
  return out;
}

void fill_slots(std::vector<Operation>& operations, const std::vector<SlotFill>& fills) {
  std::set<const DataTransform*> filled;
  for (const auto& fill : fills) {
    const std::string& name = fill.slot ? *fill.slot : *fill.transform;
    DataTransform* found = nullptr;
    std::vector<std::string> known;
    for (auto& op : operations) {
      auto* transform = get_if<DataTransform>(&op);
      if (transform == nullptr) continue;
      known.push_back(transform->name + ":run");
      if (is_slot_of(name, transform->name)) found = transform;
    }
    if (found == nullptr) {
      throw Error(Code::migration_unknown_slot, "there is no slot " + q(name),
                  known.empty() ? "The migration has no slots." : "The migration has other slots; see meta.known.")
          .with("slot", name)
          .with("known", known);
    }
    if (!filled.insert(found).second) {
      throw Error(Code::rpc_invalid_params, "params.slots: " + q(found->name) + " is filled twice",
                  "One element of the list fills all of a transform: its check and its statements.")
          .with("path", std::string("params.slots"));
    }
    if (fill.using_expression) fill_with_expression(operations, *found, *fill.using_expression);
    if (fill.check) found->check = fill.check;
    if (!fill.run.empty() || fill.nothing_to_run) found->run = fill.run;
    if (fill.invariant_id) found->invariant_id = fill.invariant_id;
  }
}

void require_filled(const std::vector<Operation>& operations, const std::string& where) {
  const std::vector<std::string> slots = open_slots(operations);
  if (slots.empty()) return;
  std::string list;
  for (const auto& s : slots) list += (list.empty() ? "" : ", ") + s;
  Error e(Code::migration_unfilled_placeholder, "unfilled: " + list,
          "The plan has a slot without SQL: only you can decide how these rows should change.");
  e.with("slot", slots.front()).with("slots", slots).with("legacyCode", std::string("PN-MIG-2001"));
  if (!where.empty()) e.at(where);
  throw e;
}

}  // namespace plinth
