#include "planner/plan/slots.h"

#include <set>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/triggers/create_sync_trigger.h"
#include "engine/ops/triggers/drop_sync_trigger.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/reading/sql_tokens.h"
#include "planner/plan/plan.h"
#include "planner/plan/values.h"

namespace plinth {
namespace {

// A transform is named by itself, or by one of its slots.
bool is_slot_of(std::string_view name, std::string_view transform) {
  if (!name.starts_with(transform)) return false;
  const std::string_view rest = name.substr(transform.size());
  return rest.empty() || rest == ":run" || rest == ":check";
}

void require_one_expression(const DataTransform& transform, const char* member, const std::string& expression) {
  if (is_one_expression(expression)) return;
  throw Error(Code::rpc_invalid_params,
              "`" + std::string(member) + "` of transform " + q(transform.name) + " is not one SQL expression",
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
  require_one_expression(transform, "using", expression);
  change->using_expression = expression;
  transform.check.emplace().satisfied = true;
  transform.run.emplace();
}

bool is_filling(const DataTransform& transform) {
  const Purpose purpose = transform.aim.purpose;
  return purpose == Purpose::backfill || purpose == Purpose::handle_nulls;
}

// Each row that has no value gets that of the expression.
void fill_with_value(DataTransform& transform, const std::string& value) {
  if (!is_filling(transform)) {
    throw Error(Code::migration_unknown_slot, "transform " + q(transform.name) + " fills no column",
                "A `value` is what the rows get that hold NULL in a column which becomes NOT NULL.")
        .with("transform", transform.name);
  }
  require_one_expression(transform, "value", value);
  const Ident column{transform.aim.parts.front()};
  const Sql given = Sql::trusted(value);
  // A row for which it is NULL stays as it is, and the check finds it.
  transform.run = {{Sql("UPDATE {} SET {} = ({}) WHERE {} IS NULL AND ({}) IS NOT NULL", transform.aim.object, column,
                        given, column, given)
                        .text(),
                    {}}};
}

void run_as_a_whole(DataTransform& transform) {
  transform.batch.reset();
  transform.own_transaction = true;
}

void choose_batches(DataTransform& transform, const BatchChoice& choice) {
  if (choice.none && transform.batch) run_as_a_whole(transform);
  if (!choice.batch) return;
  transform.batch = choice.batch;
  transform.own_transaction = false;
}

// Behind what tightens the column: a check that proves it goes right after.
std::size_t end_of_filling(const std::vector<Operation>& operations, std::size_t transform) {
  const TransformAim& aim = get<DataTransform>(operations[transform]).aim;
  for (std::size_t i = transform + 1; i < operations.size(); ++i) {
    const auto* tightening = get_if<SetNotNull>(&operations[i]);
    if (tightening == nullptr || !aim.fills(tightening->on(), tightening->column)) continue;
    const auto* proof = i + 1 < operations.size() ? get_if<DropCheckConstraint>(&operations[i + 1]) : nullptr;
    return proof != nullptr && proof->on() == tightening->on() ? i + 2 : i + 1;
  }
  return transform + 1;
}

CreateSyncTrigger* sync_of(std::vector<Operation>& operations, const DataTransform& transform) {
  for (auto& op : operations) {
    auto* there = get_if<CreateSyncTrigger>(&op);
    if (there != nullptr && transform.aim.fills(there->on(), there->column)) return there;
  }
  return nullptr;
}

// Evaluated again, a random value may be what the row has, and then be replaced. A new uuid or time is never that.
void require_stable(const DataTransform& transform, const std::string& value) {
  const auto is_changing = [](const SqlToken& token) {
    return token.kind == SqlToken::Kind::name && (token.text == "random" || token.text == "random_normal");
  };
  const std::vector<SqlToken> tokens = sql_tokens(value);
  if (std::none_of(tokens.begin(), tokens.end(), is_changing)) return;
  throw Error(Code::rpc_invalid_params, "the value of transform " + q(transform.name) + " is another one each time",
              "With sync it is evaluated again whenever a row is written.")
      .fix("Leave out sync, or use an expression that gives the same for the same row.")
      .with("transform", transform.name);
}

// Triggers before the transform, and their end. Returns where they were added.
std::vector<std::size_t> keep_in_step(std::vector<Operation>& operations, std::size_t at, const std::string& value) {
  auto& transform = get<DataTransform>(operations[at]);
  require_stable(transform, value);
  const Name table = transform.aim.object;
  const std::string column = transform.aim.parts.front();
  transform.own_transaction = !transform.batch;
  const std::size_t end = end_of_filling(operations, at);
  const auto place = [&](std::size_t i) { return operations.begin() + static_cast<std::ptrdiff_t>(i); };
  operations.insert(place(end), DropSyncTrigger{table.schema, table.name, column});
  operations.insert(place(at), CreateSyncTrigger{table.schema, table.name, column, value});
  return {at, end + 1};
}

// The triggers of an earlier fill follow this one.
void follow_fill(CreateSyncTrigger& trigger, const DataTransform& transform, const SlotFill& fill) {
  if (fill.value) {
    require_stable(transform, *fill.value);
    trigger.value = *fill.value;
  } else if (!fill.run.empty() || fill.nothing_to_run) {
    throw Error(Code::rpc_invalid_params,
                "triggers fill what transform " + q(transform.name) + " fills, by an expression",
                "Statements of another kind would not be what rows get that are written meanwhile.")
        .fix("Give a value; or plan the migration again without sync.")
        .with("transform", transform.name);
  }
}

// What has to be committed with a drop or a change of type behind it cannot be committed by itself.
void refuse_apart(const std::vector<Operation>& operations) {
  const HeldTogether together = held_together(operations);
  for (std::size_t i = together.first; i < together.end; ++i) {
    const auto* transform = get_if<DataTransform>(&operations[i]);
    if (transform == nullptr || transaction_mode(operations[i]) == TransactionMode::in_tx) continue;
    if (!reads_values(operations[i])) continue;
    throw Error(Code::migration_several_transactions,
                q(transform->name) + " would be committed before " + label(operations[together.end - 1]),
                "Rows that others write in between would be converted or dropped without having been transformed.")
        .fix("Leave out batch and sync; or split the migration: fill first, and drop or convert in a later one.")
        .with("transform", transform->name);
  }
}

DataTransform* find_transform(std::vector<Operation>& operations, const SlotFill& fill) {
  const std::string& name = fill.slot ? *fill.slot : *fill.transform;
  DataTransform* found = nullptr;
  std::vector<std::string> known;
  for (auto& op : operations) {
    auto* transform = get_if<DataTransform>(&op);
    if (transform == nullptr) continue;
    known.push_back(transform->name + ":run");
    if (is_slot_of(name, transform->name)) found = transform;
  }
  if (found != nullptr) return found;
  throw Error(Code::migration_unknown_slot, "there is no slot " + q(name),
              known.empty() ? "The migration has no slots." : "The migration has other slots; see meta.known.")
      .with("slot", name)
      .with("known", known);
}

void fill_slot(std::vector<Operation>& operations, DataTransform& found, const SlotFill& fill) {
  if (fill.using_expression) fill_with_expression(operations, found, *fill.using_expression);
  if (fill.check) found.check = fill.check;
  if (!fill.run.empty() || fill.nothing_to_run) found.run = fill.run;
  if (fill.value) fill_with_value(found, *fill.value);
  choose_batches(found, fill.batch);
  if (fill.invariant_id) found.invariant_id = fill.invariant_id;
  if (!found.batch || !found.run) return;
  // Batches that the plan proposes are for statements that can be run so.
  const auto fits = [](const TransformQuery& q) { return RowStatement::read(q.sql).has_value(); };
  if (!fill.batch.batch && !std::all_of(found.run->begin(), found.run->end(), fits)) run_as_a_whole(found);
  if (!found.batch) return;
  for (const auto& statement : *found.run) row_statement(statement.sql, found.id());
}

// Returns where operations were added.
std::vector<std::size_t> fill_all(std::vector<Operation>& operations, const std::vector<SlotFill>& fills) {
  std::set<std::string> filled;
  std::vector<std::size_t> added;
  for (const auto& fill : fills) {
    DataTransform& found = *find_transform(operations, fill);
    if (!filled.insert(found.name).second) {
      throw Error(Code::rpc_invalid_params, "params.slots: " + q(found.name) + " is filled twice",
                  "One element of the list fills all of a transform: its check and its statements.")
          .with("path", std::string("params.slots"));
    }
    fill_slot(operations, found, fill);
    if (CreateSyncTrigger* trigger = sync_of(operations, found)) {
      follow_fill(*trigger, found, fill);
      continue;
    }
    if (!fill.sync) continue;
    const auto is_it = [&](const Operation& op) { return get_if<DataTransform>(&op) == &found; };
    const auto at = std::find_if(operations.begin(), operations.end(), is_it) - operations.begin();
    const auto places = keep_in_step(operations, static_cast<std::size_t>(at), *fill.value);
    for (auto& place : added) {
      for (const std::size_t more : places) place += place >= more ? 1 : 0;
    }
    added.insert(added.end(), places.begin(), places.end());
  }
  if (!fills.empty()) refuse_apart(operations);
  std::sort(added.begin(), added.end());
  return added;
}

}  // namespace

void SlotFill::validate(const JsonPath& at) const {
  if (slot.has_value() == transform.has_value()) at.member("slot").fail(slot ? "is given beside transform" : "missing");
  if (value && (using_expression || !run.empty() || nothing_to_run))
    at.member("value").fail("is given beside run or using");
  if (sync && !value) at.member("sync").fail("needs value, which says what a row gets");
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

void fill_slots(std::vector<Operation>& operations, const std::vector<SlotFill>& fills) { fill_all(operations, fills); }

void fill_slots(Plan& plan, const std::vector<SlotFill>& fills) {
  for (const std::size_t added : fill_all(plan.operations, fills)) {
    for (auto& impact : plan.impacts) impact.position += impact.position >= added ? 1 : 0;
    for (auto& hazard : plan.hazards) hazard.position += hazard.position >= added ? 1 : 0;
    // Triggers lock their table for a moment, whatever it looks like.
    for (auto& impact : costs({}, {plan.operations[added]}, usual_server_version).impacts) {
      impact.position = added;
      const auto behind = [&](const OperationImpact& i) { return i.position > added; };
      plan.impacts.insert(std::find_if(plan.impacts.begin(), plan.impacts.end(), behind), std::move(impact));
    }
  }
  plan.placeholders = open_slots(plan.operations);
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
