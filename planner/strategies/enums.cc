#include "engine/type_name.h"
#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

using Values = std::vector<std::string>;

bool holds(const Values& values, const std::string& v) {
  return std::find(values.begin(), values.end(), v) != values.end();
}

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

// Columns that have the type before and after; the others are dropped, or change their type by themselves.
std::vector<Use> lasting_uses(const Draft& draft, const std::string& type) {
  std::vector<Use> out = uses_of(draft.actual, type);
  const auto ends = [&](const Use& u) {
    const Table* t = draft.expected.find_table(u.table);
    const Column* c = t != nullptr ? find_named(t->columns, u.column->name) : nullptr;
    return c == nullptr || c->type != u.column->type;
  };
  out.erase(std::remove_if(out.begin(), out.end(), ends), out.end());
  return out;
}

Sql violation(const Use& use, const Values& kept) {
  const Ident c{use.column->name};
  if (use.column->type.ends_with("[]")) return {"NOT ({}::text[] <@ ARRAY[{}]::text[])", c, literal_list(kept)};
  return {"{}::text NOT IN ({})", c, literal_list(kept)};
}

DataTransform migrate_values(const std::string& type, const std::vector<Use>& uses, const Values& kept) {
  DataTransform out;
  out.name = "migrate-" + type + "-values";
  TransformCheck& check = out.check.emplace();
  std::vector<Sql> queries;
  for (const auto& u : uses) queries.push_back(Sql("(SELECT 1 FROM {} WHERE {} LIMIT 1)", u.table, violation(u, kept)));
  if (queries.empty()) {
    check.satisfied = true;
    out.run.emplace();
  } else {
    check.query = TransformQuery{Sql::list(queries, " UNION ALL ").text(), {}};
  }
  return out;
}

void rebuild(Draft& draft, const std::string& schema, const Enum& expected, const Values& removed) {
  const std::string type = user_type_text({schema, expected.name});
  const std::string passing_name = truncate_identifier(expected.name + "__prisma_next_new");
  const std::string passing = user_type_text({schema, passing_name});
  const std::vector<Use> uses = lasting_uses(draft, type);
  if (!removed.empty()) draft.add(migrate_values(expected.name, uses, expected.values));
  constexpr int detach = 0, alter = 1, drop = 2, rename = 3, attach = 4;
  draft.add(CreateEnumType{schema, passing_name, expected.values});
  for (const auto& u : uses) {
    const bool array = u.column->type.ends_with("[]");
    const std::string to = passing + (array ? "[]" : "");
    const Column& wanted = *find_named(draft.expected.find_table(u.table)->columns, u.column->name);
    if (u.column->fallback && wanted.fallback) {  // one that only goes is gone by now
      draft.add_in(Phase::alter_types, DropDefault{u.table.schema, u.table.name, u.column->name}, detach);
      if (wanted.fallback == u.column->fallback) {
        draft.add_in(Phase::alter_types,
                     SetDefault{u.table.schema, u.table.name, wanted.name, *wanted.fallback, wanted.type, false},
                     attach);
      }
    }
    const Sql cast("{}::{}::{}", Ident{u.column->name}, array ? Sql("text[]") : Sql("text"), Sql::trusted(to));
    draft.add(AlterColumnType{u.table.schema, u.table.name, u.column->name, to, cast.text(), {}, true, true}, alter);
  }
  draft.add_in(Phase::alter_types, DropEnumType{schema, expected.name}, drop);
  draft.add_in(Phase::alter_types, RenameType{schema, passing_name, expected.name}, rename);
}

}  // namespace

void plan_enum_change(Draft& draft, const std::string& schema, const Enum& expected, const Enum& actual) {
  const Values removed = without(actual.values, expected.values);
  const Values added = without(expected.values, actual.values);
  const bool same_order = without(expected.values, added) == actual.values;
  if (removed.empty() && same_order) {
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
  const Values removed = without(actual.membership->values, m.values);
  if (!removed.empty() && draft.options.allows(OperationClass::data)) {
    draft.add(transform("migrate-" + table.name + "-" + m.column + "-values", table,
                        Sql("{}::text NOT IN ({})", Ident{m.column}, literal_list(m.values))));
  }
  draft.add(DropCheckConstraint{table.schema, table.name, actual.name});
  draft.add(AddCheckConstraint{table.schema, table.name, expected});
}

}  // namespace plinth
