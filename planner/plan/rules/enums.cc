#include "planner/plan/rules/enums.h"
#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/renaming.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "engine/sql/ddl.h"
#include "engine/sql/type_name.h"
#include "planner/plan/rules/detach_dependents.h"

namespace plinth {
namespace {

using Values = std::vector<std::string>;

Values without(const Values& values, const Values& removed) {
  Values out;
  std::copy_if(values.begin(), values.end(), std::back_inserter(out),
               [&](const auto& v) { return !holds(removed, v); });
  return out;
}

// One operation for each run of neighbouring new values; a run stands before the old value that follows it.
void add_values(Draft& draft, const std::string& schema, const Enum& expected, const Enum& actual) {
  AddEnumValues run{schema, expected.name, {}, {}};
  int rank = 1;
  for (const auto& v : expected.values) {
    if (!holds(actual.values, v)) {
      run.values.push_back(v);
    } else if (!run.values.empty()) {
      run.before = v;
      draft.add(run, rank++);
      run = {schema, expected.name, {}, {}};
    }
  }
  if (!run.values.empty()) draft.add(run, rank);
}

struct Use {
  Name table;
  const Column* column;
};

// Every column that has the type, or arrays of it. O(columns).
std::vector<Use> uses_of(const Schema& schema, const std::string& type) {
  std::vector<Use> out;
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& c : t.columns) {
        if (c.type == type || c.type == type + "[]") out.push_back({{n.name, t.name}, &c});
      }
    }
  }
  return out;
}

// The column of that place on the other side; nullptr when there is none.
const Column* counterpart(const Schema& other, const Use& use) {
  const Table* t = other.find_table(use.table);
  return t != nullptr ? find_named(t->columns, use.column->name) : nullptr;
}
bool has_same_type(const Use& use, const Column* other) { return other != nullptr && other->type == use.column->type; }

// Columns that have the type before and after; the others are dropped, or change their type by themselves.
std::vector<Use> lasting_uses(const Draft& draft, const std::vector<Use>& uses) {
  std::vector<Use> out;
  std::copy_if(uses.begin(), uses.end(), std::back_inserter(out),
               [&](const Use& u) { return has_same_type(u, counterpart(draft.expected, u)); });
  return out;
}

Sql violation(const Use& use, const Values& kept) {
  const Ident c{use.column->name};
  if (use.column->type.ends_with("[]")) {
    return {"EXISTS (SELECT FROM unnest({}::text[]) AS v WHERE v NOT IN ({}))", c, literal_list(kept)};
  }
  return {"{}::text NOT IN ({})", c, literal_list(kept)};
}

DataTransform migrate_values(const Name& type, const std::vector<Use>& uses, const Values& kept) {
  DataTransform out;
  out.aim = {Purpose::migrate_values, type, {"values"}};
  out.name = out.aim.name();
  TransformCheck& check = out.check.emplace();
  std::vector<Sql> queries;
  queries.reserve(uses.size());
  for (const auto& u : uses) {
    Sql query("(SELECT 1 FROM {} WHERE {} LIMIT 1)", u.table, violation(u, kept));
    queries.push_back(std::move(query));
  }
  if (queries.empty()) {
    check.satisfied = true;
    out.run.emplace();
  } else {
    check.query = TransformQuery{Sql::list(queries, " UNION ALL ").text(), {}};
  }
  return out;
}

constexpr const char* counts_removed_values = "rows that hold a value that goes";

std::string rows_with_removed(const std::vector<Use>& uses, const Values& kept) {
  std::vector<Sql> queries;
  queries.reserve(uses.size());
  for (const auto& u : uses) {
    Sql query("(SELECT FROM {} WHERE {})", u.table, violation(u, kept));
    queries.push_back(std::move(query));
  }
  return Sql::list(queries, " UNION ALL ").text();
}

constexpr int detach = 0, alter = 1, drop = 2, rename = 3, attach = 4;

void move_column(Draft& draft, const Use& u, const std::string& type, bool temporary) {
  const bool array = u.column->type.ends_with("[]");
  const std::string to = type + (array ? "[]" : "");
  const Column& wanted = *counterpart(draft.expected, u);
  if (wanted.generated) return replace_column(draft, u.table, wanted);
  detach_dependents(draft, u.table, wanted.name, {true, true, true});
  if (u.column->fallback && wanted.fallback) {  // one that only goes is gone by now
    draft.add_in(Phase::alter_types, DropDefault{u.table.schema, u.table.name, wanted.name}, detach);
    if (wanted.fallback == u.column->fallback) {
      draft.add_in(Phase::alter_types,
                   SetDefault{u.table.schema, u.table.name, wanted.name, *wanted.fallback, wanted.type, false}, attach);
    }
  }
  const Sql cast("{}::{}::{}", Ident{wanted.name}, array ? Sql("text[]") : Sql("text"), type_sql(to));
  draft.add(AlterColumnType{u.table.schema, u.table.name, wanted.name, to, cast.text(), {}, true, temporary}, alter);
}

// Columns that the plan drops need the old type to the end, those that it adds need the new one from the start.
bool must_coexist(const Draft& draft, const std::string& type, const std::vector<Use>& before) {
  const std::vector<Use> after = uses_of(draft.expected, type);
  return std::any_of(before.begin(), before.end(),
                     [&](const Use& u) { return counterpart(draft.expected, u) == nullptr; }) ||
         std::any_of(after.begin(), after.end(),
                     [&](const Use& u) { return !has_same_type(u, counterpart(draft.actual, u)); });
}

// Whether a person may be asked to write a value into the column: its rows get their first one, or another for NULL.
bool is_written_by_transform(const Use& use, const Column* before) {
  const Column& c = *use.column;
  if (!has_same_type(use, before)) return before != nullptr || !fills_itself(c);
  return before->nullable && !c.nullable;
}

// Whether a check of the table permits one of the values in the column.
bool is_checked(const Draft& draft, const Use& use, const Values& added) {
  const Table& t = *draft.expected.find_table(use.table);
  return std::any_of(t.checks.begin(), t.checks.end(), [&](const Check& c) {
    return c.membership && c.membership->column == use.column->name &&
           without(c.membership->values, added).size() < c.membership->values.size();
  });
}

// Whether a view that the plan makes or changes names one of the values.
bool is_named_by_view(const Draft& draft, const std::string& type, const Values& added) {
  for (const auto& n : draft.expected.namespaces) {
    for (const auto& v : n.views) {
      const View* before = draft.actual.find_view({n.name, v.name});
      if (before != nullptr && *before == v) continue;
      const auto names = [&](const std::string& value) {
        return v.query.text.find(Sql("{}", Literal{value}).text() + "::" + type) != std::string::npos;
      };
      if (std::any_of(added.begin(), added.end(), names)) return true;
    }
  }
  return false;
}

// The server refuses to use a value in the transaction that adds it to a type; an online plan commits it before.
bool is_used_at_once(const Draft& draft, const std::string& type, const Values& added) {
  const auto is_new_default = [&](const Use& use) {
    const Column* before = counterpart(draft.actual, use);
    return use.column->fallback && !(has_same_type(use, before) && before->fallback == use.column->fallback);
  };
  if (added.empty()) return false;
  if (is_named_by_view(draft, type, added)) return true;
  for (const auto& use : uses_of(draft.expected, type)) {
    const bool has_rows = draft.actual.find_table(use.table) != nullptr;
    if (has_rows && is_written_by_transform(use, counterpart(draft.actual, use))) return true;
    if (is_checked(draft, use, added)) return true;
    if (!is_new_default(use)) continue;
    const std::string& value = use.column->fallback->value;
    const auto names = [&](const std::string& v) {
      return value.find(json::quote(v)) != std::string::npos ||
             value.find(Sql("{}", Literal{v}).text()) != std::string::npos;
    };
    if (std::any_of(added.begin(), added.end(), names)) return true;
  }
  return false;
}

// The new type is made under a temporary name that it sheds when the old one is gone; where both must coexist the old
// one is renamed at once instead, and dropped in the end.
void rebuild(Draft& draft, const std::string& schema, const Enum& expected, const Values& removed) {
  const std::string type = user_type_text({schema, expected.name});
  const std::vector<Use> before = uses_of(draft.actual, type), lasting = lasting_uses(draft, before);
  if (!removed.empty()) {
    DataTransform migration = migrate_values({schema, expected.name}, lasting, expected.values);
    if (migration.check->query) {
      draft.probes.push_back({migration.name, rows_with_removed(lasting, expected.values), counts_removed_values});
    }
    draft.add(std::move(migration));
  }
  if (must_coexist(draft, type, before)) {
    const std::string old_name = temporary_name(expected.name, "__prisma_next_old");
    draft.add(RenameType{schema, expected.name, old_name});
    draft.add(CreateEnumType{schema, expected.name, expected.values, false});
    for (const auto& u : lasting) move_column(draft, u, type, false);
    draft.add(DropEnumType{schema, old_name});
    return;
  }
  const std::string new_name = temporary_name(expected.name, "__prisma_next_new");
  draft.add(CreateEnumType{schema, new_name, expected.values, true});
  for (const auto& u : lasting) move_column(draft, u, user_type_text({schema, new_name}), true);
  draft.add_in(Phase::alter_types, DropEnumType{schema, expected.name}, drop);
  draft.add_in(Phase::alter_types, RenameType{schema, new_name, expected.name}, rename);
}

}  // namespace

void plan_enum_change(Draft& draft, const std::string& schema, const Enum& expected, const Enum& actual) {
  const Values removed = without(actual.values, expected.values);
  const Values added = without(expected.values, actual.values);
  const bool same_order = without(expected.values, added) == actual.values;
  const bool used = !draft.options.online && is_used_at_once(draft, user_type_text({schema, expected.name}), added);
  if (removed.empty() && same_order && !used) {
    add_values(draft, schema, expected, actual);
    return;
  }
  if (!removed.empty() && !draft.options.allows(OperationClass::data)) {
    draft.conflicts.push_back({ConflictKind::policy_violation,
                               "Removing values from enum " + q(expected.name) + " needs a data transform",
                               "Rows may hold the removed values, and the policy does not allow the class data.",
                               "Allow the class data, or keep the values.",
                               {schema, expected.name}});
    return;
  }
  rebuild(draft, schema, expected, removed);
}

void plan_membership_change(Draft& draft, const Name& table, const Check& expected, const Check& actual) {
  const Membership& m = *expected.membership;
  const bool believed = !actual.not_valid && without(actual.membership->values, m.values).empty();
  if (!believed && draft.options.allows(OperationClass::data)) {
    const Sql goes("{}::text NOT IN ({})", Ident{m.column}, literal_list(m.values));
    DataTransform migration = transform({Purpose::migrate_values, table, {m.column, "values"}}, table, goes);
    draft.probes.push_back({migration.name, Sql("SELECT FROM {} WHERE {}", table, goes).text(), counts_removed_values});
    draft.add(std::move(migration));
  }
  draft.add(DropCheckConstraint{table.schema, table.name, actual.name});
  draft.add(AddCheckConstraint{table.schema, table.name, expected});
}

}  // namespace plinth
