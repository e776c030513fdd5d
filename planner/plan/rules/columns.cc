#include "planner/plan/rules/columns.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/sql/ddl.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

void forbid_data(Draft& draft, const Name& table, const std::string& column, const std::string& what) {
  draft.conflicts.push_back({ConflictKind::policy_violation,
                             what + " needs a data transform",
                             "Existing rows have to be changed first, and the policy does not allow the class data.",
                             "Allow the class data, or make the change possible without touching rows.",
                             {table.schema, table.name, column}});
}

// Whether a column's type is an enum with values that the origin does not have. O(values).
bool has_new_values(const Draft& draft, const std::string& type) {
  const ValueType before = value_type(draft.actual, type), after = value_type(draft.expected, type);
  if (!before.labels || !after.labels) return false;
  return std::any_of(after.labels->begin(), after.labels->end(), [&](const std::string& v) {
    return std::find(before.labels->begin(), before.labels->end(), v) == before.labels->end();
  });
}

}  // namespace

bool detaches_default(const Column& expected, const Column& actual) {
  const bool both_serial = is_autoincrement(expected.fallback) && is_autoincrement(actual.fallback);
  return actual.fallback.has_value() && expected.type != actual.type && !both_serial;
}

void plan_not_null_backfill(Draft& draft, const Name& table, const Column& column) {
  if (!draft.options.allows(OperationClass::data)) {
    forbid_data(draft, table, column.name, "Adding NOT NULL column " + q(table.name) + "." + q(column.name));
    return;
  }
  AddColumn add{table.schema, table.name, column, true};
  add.definition.nullable = true;
  draft.add(std::move(add));
  if (draft.moved.count({table.schema, table.name, column.name}) == 0) {
    DataTransform fill =
        transform({Purpose::backfill, table, {column.name}}, table, Sql("{} IS NULL", Ident{column.name}));
    draft.probes.push_back({fill.name, Sql("SELECT FROM {}", table).text(), std::string(counts_all_rows)});
    draft.add(std::move(fill));
  }
  draft.add(SetNotNull{table.schema, table.name, column.name});
}

void plan_nullable_tightening(Draft& draft, const Name& table, const Column& column) {
  if (!draft.options.allows(OperationClass::data)) {
    forbid_data(draft, table, column.name, "Tightening " + q(table.name) + "." + q(column.name));
    return;
  }
  const Sql is_null("{} IS NULL", Ident{column.name});
  DataTransform handle = transform({Purpose::handle_nulls, table, {column.name}}, table, is_null);
  draft.probes.push_back(
      {handle.name, Sql("SELECT FROM {} WHERE {}", table, is_null).text(), "rows that hold NULL in the column"});
  // What takes the place of NULL may be a value that the type of the column is yet to gain.
  constexpr int after_backfills = 1, after_types = 5;
  if (has_new_values(draft, column.type)) {
    draft.add_in(Phase::alter_types, std::move(handle), after_types);
  } else {
    draft.add(std::move(handle), after_backfills);
  }
  draft.add(SetNotNull{table.schema, table.name, column.name});
}

bool loses_values(const Draft& draft, const Column& expected, const Column& actual) {
  return !keeps_every_value(
      type_change(value_type(draft.actual, actual.type), value_type(draft.expected, expected.type)));
}

bool needs_expression(const Draft& draft, const Column& expected, const Column& actual) {
  return conversion(expected.name, value_type(draft.actual, actual.type), value_type(draft.expected, expected.type))
      .has_value();
}

void plan_type_change(Draft& draft, const Name& table, const Column& expected, const Column& actual) {
  const ValueType from = value_type(draft.actual, actual.type), to = value_type(draft.expected, expected.type);
  if (loses_values(draft, expected, actual)) {
    if (!draft.options.allows(OperationClass::data)) {
      forbid_data(
          draft, table, expected.name,
          "Changing " + q(table.name) + "." + q(expected.name) + " from " + actual.type + " to " + expected.type);
      return;
    }
    const auto lossy = lossy_values(expected.name, from, to);
    DataTransform prepare = transform({Purpose::type_change, table, {expected.name}}, table, lossy.value_or(Sql()));
    const Sql concerned = lossy.value_or(Sql("{} IS NOT NULL", Ident{expected.name}));
    draft.probes.push_back({prepare.name, Sql("SELECT FROM {} WHERE {}", table, concerned).text(),
                            lossy ? "rows whose value the new type does not hold" : "rows that hold a value"});
    draft.add(std::move(prepare));
  }
  constexpr int detach = 0, alter = 1, attach = 4;
  if (detaches_default(expected, actual)) {
    draft.add_in(Phase::alter_types, DropDefault{table.schema, table.name, expected.name}, detach);
    if (expected.fallback == actual.fallback && expected.fallback) {
      draft.add_in(Phase::alter_types,
                   SetDefault{table.schema, table.name, expected.name, *expected.fallback, expected.type, false},
                   attach);
    }
  }
  AlterColumnType change{table.schema, table.name, expected.name, expected.type, {}, expected.collation, false, false};
  change.recollates = expected.collation != actual.collation;
  change.rewrites = type_change(from, to) != TypeChange::free;
  change.generated = expected.generated.has_value();
  if (const auto value = conversion(expected.name, from, to)) change.using_expression = value->text();
  draft.add(std::move(change), alter);
}

}  // namespace plinth
