#include "planner/plan/rules/rules.h"

#include <map>
#include <set>

#include "engine/names.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_identity.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/drop_expression.h"
#include "engine/ops/columns/drop_not_null.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/add_foreign_key.h"
#include "engine/ops/constraints/add_primary_key.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/constraints/validate_constraint.h"
#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/database/create_schema.h"
#include "engine/ops/database/drop_extension.h"
#include "engine/ops/database/drop_schema.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/renaming.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/row_security/disable_row_level_security.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/row_security/enable_row_level_security.h"
#include "engine/ops/row_security/force_row_level_security.h"
#include "engine/ops/row_security/rename_rls_policy.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/sql/type_name.h"
#include "planner/plan/rules/columns.h"
#include "planner/plan/rules/constraints.h"
#include "planner/plan/rules/detach_dependents.h"
#include "planner/plan/rules/drop_cycles.h"
#include "planner/plan/rules/enums.h"
#include "planner/plan/rules/keys.h"
#include "planner/plan/rules/sequences.h"
#include "planner/plan/rules/views.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

// Whether the server writes constants beside such columns with their types, and they have different ones. Between other
// types that compare it writes numbers and texts, which fit both.
bool types_constants(const std::string& expected, const std::string& actual) {
  const auto is_time = [](const std::string& base) {
    return base == "date" || base == "time" || base == "timetz" || base == "timestamp" || base == "timestamptz";
  };
  const std::string a = parse_type(expected).base, b = parse_type(actual).base;
  return a != b && is_time(a) && is_time(b);
}

using Path = std::vector<std::string>;

Name table_of(const Path& path) { return {path[0], path[1]}; }

// ---- extensions, schemas, enums, tables -------------------------------------------------------------------------

void rule(Draft& d, const Path&, const Pair<Extension>& p) {
  const auto create = [&](const Extension& e) { d.add(CreateExtension{e.name, e.schema, e.version}); };
  if (p.actual == nullptr) return create(*p.expected);
  if (p.expected == nullptr) return d.add(DropExtension{p.actual->name});
  const Extension &e = *p.expected, &a = *p.actual;
  const bool moves = e.schema != a.schema, updates = e.version != a.version;
  constexpr int before_creation = -1;
  if (moves && !a.relocatable) {
    d.add_in(Phase::extensions, DropExtension{a.name}, before_creation);
    return create(e);
  }
  d.add(AlterExtension{e.name, moves ? e.schema : std::nullopt, updates, updates ? e.version : std::nullopt});
}

void create_table_parts(Draft& d, const std::string& schema, const Table& t) {
  d.add(CreateTable::of(schema, t));
  for (const auto& u : t.uniques) d.add(AddUnique{schema, t.name, u});
  for (const auto& c : t.checks) {
    if (!c.implied) d.add(AddCheckConstraint{schema, t.name, c});
  }
  for (const auto& i : t.indexes) d.add(CreateIndex{schema, t.name, i});
  for (const auto& fk : t.foreign_keys) d.add(AddForeignKey{schema, t.name, fk});
  if (t.row_security) d.add(EnableRowLevelSecurity{schema, t.name}, 1);
  if (t.force_row_security) d.add(ForceRowLevelSecurity{schema, t.name, true}, 2);
  for (const auto& p : t.policies) d.add(CreateRlsPolicy{schema, t.name, p}, 3);
  for (const auto& c : t.columns) plan_owned_sequence(d, {schema, t.name}, c, nullptr);
}

void rule(Draft& d, const Path&, const Pair<Namespace>& p) {
  if (p.actual == nullptr) {
    d.add(CreateSchema{p.expected->name});
    for (const auto& e : p.expected->enums) d.add(CreateEnumType{p.expected->name, e.name, e.values, false});
    for (const auto& t : p.expected->tables) create_table_parts(d, p.expected->name, t);
    for (const auto& s : p.expected->sequences) plan_sequence(d, p.expected->name, {&s, nullptr});
  }
  if (p.expected == nullptr) {
    for (const auto& t : p.actual->tables) d.add(DropTable{p.actual->name, t.name});
    for (const auto& e : p.actual->enums) d.add(DropEnumType{p.actual->name, e.name});
    for (const auto& s : p.actual->sequences) plan_sequence(d, p.actual->name, {nullptr, &s});
    d.add(DropSchema{p.actual->name});
  }
}

void rule(Draft& d, const Path& path, const Pair<Enum>& p) {
  if (p.actual == nullptr) {
    d.add(CreateEnumType{path[0], p.expected->name, p.expected->values, false});
  } else if (p.expected == nullptr) {
    d.add(DropEnumType{path[0], p.actual->name});
  } else {
    plan_enum_change(d, path[0], *p.expected, *p.actual);
  }
}

void rule(Draft& d, const Path& path, const Pair<Table>& p) {
  const std::string& schema = path[0];
  if (p.actual == nullptr) return create_table_parts(d, schema, *p.expected);
  if (p.expected == nullptr) return d.add(DropTable{schema, p.actual->name});
  const std::string& name = p.expected->name;
  if (p.expected->row_security && !p.actual->row_security) d.add(EnableRowLevelSecurity{schema, name}, 1);
  if (!p.expected->row_security && p.actual->row_security) d.add(DisableRowLevelSecurity{schema, name}, 4);
  if (p.expected->force_row_security != p.actual->force_row_security) {
    d.add(ForceRowLevelSecurity{schema, name, p.expected->force_row_security}, 2);
  }
}

void rule(Draft& d, const Path& path, const Pair<Sequence>& p) { plan_sequence(d, path[0], p); }

// Views are planned together, when it is known what happens to all that they read.
void rule(Draft&, const Path&, const Pair<View>&) {}

// ---- columns ----------------------------------------------------------------------------------------------------

// Whether the server refuses to change the type of what a generated column reads while it does.
bool reads_another_type(const Draft& d, const Name& table, const Column& c) {
  const auto &before = d.actual.find_table(table)->columns, &after = d.expected.find_table(table)->columns;
  return std::any_of(before.begin(), before.end(), [&](const Column& read) {
    const Column* wanted = read.name != c.name ? find_named(after, read.name) : nullptr;
    return wanted != nullptr && (wanted->type != read.type || wanted->collation != read.collation) &&
           mentions(*c.generated, read.name);
  });
}

void add_column(Draft& d, const Name& table, const Column& c) {
  if (c.generated && reads_another_type(d, table, c)) return add_after_types(d, table, c);
  if (!fills_itself(c)) return plan_not_null_backfill(d, table, c);
  d.add(AddColumn{table.schema, table.name, c, false});
  plan_owned_sequence(d, table, c, nullptr);
}

void change_default(Draft& d, const Name& table, const Column& expected, const Column& actual) {
  const bool detached = detaches_default(expected, actual);
  if (expected.fallback) {
    d.add(SetDefault{table.schema, table.name, expected.name, *expected.fallback, expected.type,
                     actual.fallback.has_value() && !detached},
          1);  // after an identity is gone
  } else if (!detached) {
    d.add(DropDefault{table.schema, table.name, expected.name});
  }
}

// An identity column is NOT NULL and has no default: it becomes one last, and stops being one first. The bounds of its
// sequence must fit into its type at any time: they change before it narrows, and after it widens.
void change_identity(Draft& d, const Name& table, const Column& expected, const Column& actual) {
  AlterIdentity op{table.schema,
                   table.name,
                   expected.name,
                   actual.identity,
                   expected.identity,
                   actual.identity_options,
                   expected.identity_options};
  constexpr int before_not_null = -1, after_not_null = 2, before_types = -1;
  if (!expected.identity) return d.add_in(Phase::loosen, std::move(op), before_not_null);
  const bool narrows = greatest_integer(expected.type) < greatest_integer(actual.type);
  if (actual.identity && narrows) return d.add_in(Phase::alter_types, std::move(op), before_types);
  d.add(std::move(op), after_not_null);
}

void drop_column(Draft& d, const Name& table, const Column& c) {
  DropColumn op{table.schema, table.name, c.name};
  constexpr int before_types = -1;  // of the columns that it reads
  if (c.generated) return d.add_in(Phase::alter_types, std::move(op), before_types);
  d.add(std::move(op));
}

// No transform can write a generated column: what an ALTER cannot do for all values is done by a new one.
bool is_replaced(const Draft& d, const Name& table, const Column& expected, const Column& actual) {
  if (!expected.generated) return false;
  if (expected.generated != actual.generated || reads_another_type(d, table, actual)) return true;
  return loses_values(d, expected, actual) || needs_expression(d, expected, actual);
}

void drop_expression(Draft& d, const Name& table, const Column& c) {
  if (d.options.server_version >= DropExpression::since_server_version) {
    return d.add(DropExpression{table.schema, table.name, c.name});
  }
  d.conflicts.push_back({ConflictKind::unsupported_operation,
                         "Column " + q(table.name) + "." + q(c.name) + " stops being generated",
                         "Before version 13 the server cannot drop the expression and keep the values.",
                         "Add another column, fill it from this one, and drop this one; or upgrade the server.",
                         {table.schema, table.name, c.name}});
}

void rule(Draft& d, const Path& path, const Pair<Column>& p) {
  const Name table = table_of(path);
  if (p.actual == nullptr) return add_column(d, table, *p.expected);
  if (p.expected == nullptr) return drop_column(d, table, *p.actual);
  const Column &e = *p.expected, &a = *p.actual;
  if (is_replaced(d, table, e, a)) return replace_column(d, table, e);
  if (a.generated && !e.generated) drop_expression(d, table, a);
  if (e.type != a.type || e.collation != a.collation) {
    detach_dependents(d, table, a.name,
                      {!compare_alike(e.type, a.type), loses_values(d, e, a), types_constants(e.type, a.type)});
    plan_type_change(d, table, e, a);
  }
  if (e.fallback != a.fallback) change_default(d, table, e, a);
  plan_owned_sequence(d, table, e, &a);
  if (e.identity != a.identity || e.identity_options != a.identity_options) change_identity(d, table, e, a);
  if (e.nullable && !a.nullable) d.add(DropNotNull{table.schema, table.name, e.name});
  if (!e.nullable && a.nullable) plan_nullable_tightening(d, table, e);
}

// ---- keys, constraints, indexes ---------------------------------------------------------------------------------

template <class Node>
bool only_name_differs(const Node& expected, const Node& actual) {
  Node renamed = actual;
  renamed.name = expected.name;
  if constexpr (requires { renamed.named; }) renamed.named = expected.named;
  return renamed == expected;
}

void suspend_those_that_lean_on(Draft& d, const Name& table, const std::vector<std::string>& columns) {
  suspend_foreign_keys(d, [&](const Name&, const ForeignKey& fk) {
    return fk.references() == table && same_names(columns, fk.referenced_columns);
  });
}

void drop_key(Draft& d, const Name& table, const std::string& name, const std::string& type,
              const std::vector<std::string>& columns) {
  suspend_those_that_lean_on(d, table, columns);
  d.add_in(Phase::loosen, DropConstraint{table.schema, table.name, name, type}, -1);
}

void rule(Draft& d, const Path& path, const Pair<PrimaryKey>& p) {
  const Name table = table_of(path);
  if (p.expected != nullptr && p.actual != nullptr && only_name_differs(*p.expected, *p.actual)) {
    // It may have gone with a column that is made anew, and come back under the other name.
    if (d.suspended.contains({PrimaryKey::kind, {table.schema, table.name, p.actual->name}})) return;
    return d.add(RenameConstraint{table.schema, table.name, p.actual->name, p.expected->name});
  }
  if (p.actual != nullptr) drop_key(d, table, p.actual->name, "primaryKey", p.actual->columns);
  if (p.expected == nullptr) return;
  guard_unique(d, table, unique_rows(*p.expected));
  d.add(AddPrimaryKey{table.schema, table.name, *p.expected});
}

void rule(Draft& d, const Path& path, const Pair<Unique>& p) {
  const Name table = table_of(path);
  if (p.actual != nullptr) drop_key(d, table, p.actual->name, "unique", p.actual->columns);
  if (p.expected == nullptr) return;
  guard_unique(d, table, unique_rows(*p.expected));
  d.add(AddUnique{table.schema, table.name, *p.expected});
}

// Whether the only thing left to do is to check the existing rows.
template <class Node>
bool only_validation_is_left(const Node& expected, const Node& actual) {
  Node valid = actual;
  valid.not_valid = false;
  if constexpr (requires { valid.named; }) valid.named = expected.named;
  return actual.not_valid && valid == expected;
}

void rule(Draft& d, const Path& path, const Pair<Check>& p) {
  const Name table = table_of(path);
  if (p.expected != nullptr && p.actual != nullptr) {
    if (only_validation_is_left(*p.expected, *p.actual)) {
      guard_check(d, table, *p.expected);
      return d.add(ValidateConstraint{table.schema, table.name, p.expected->name});
    }
    if (p.expected->membership && p.actual->membership &&
        p.expected->membership->column == p.actual->membership->column) {
      return plan_membership_change(d, table, *p.expected, *p.actual);
    }
  }
  if (p.actual != nullptr) d.add(DropCheckConstraint{table.schema, table.name, p.actual->name});
  if (p.expected == nullptr) return;
  guard_check(d, table, *p.expected);
  d.add(AddCheckConstraint{table.schema, table.name, *p.expected});
}

void rule(Draft& d, const Path& path, const Pair<ForeignKey>& p) {
  const Name table = table_of(path);
  if (p.expected != nullptr) guard_reference(d, table, *p.expected);
  if (p.expected != nullptr && p.actual != nullptr && only_validation_is_left(*p.expected, *p.actual)) {
    return d.add(ValidateConstraint{table.schema, table.name, p.expected->name});
  }
  if (p.actual != nullptr) drop_foreign_key(d, table, p.actual->name);
  if (p.expected != nullptr) d.add(AddForeignKey{table.schema, table.name, *p.expected});
}

void rule(Draft& d, const Path& path, const Pair<Index>& p) {
  const Name table = table_of(path);
  if (p.actual != nullptr) {
    if (p.actual->unique && !p.actual->predicate) {
      suspend_those_that_lean_on(d, table, CreateIndex::columns_of(*p.actual));
    }
    d.add(DropIndex{table.schema, table.name, p.actual->name});
  }
  if (p.expected == nullptr) return;
  if (p.expected->unique && can_be_counted(*p.expected)) guard_unique(d, table, unique_rows(*p.expected));
  d.add(CreateIndex{table.schema, table.name, *p.expected});
}

void rule(Draft& d, const Path& path, const Pair<Policy>& p) {
  const Name table = table_of(path);
  if (p.actual != nullptr) d.add(DropRlsPolicy{table.schema, table.name, p.actual->name});
  if (p.expected != nullptr) d.add(CreateRlsPolicy{table.schema, table.name, *p.expected}, 3);
}

// ---- renames by content -----------------------------------------------------------------------------------------

template <class Node>
Operation renaming(const Name& table, const std::string& from, const std::string& to) {
  if constexpr (std::is_same_v<Node, Index>) {
    return RenameIndex{table.schema, table.name, from, to};
  } else if constexpr (std::is_same_v<Node, Policy>) {
    return RenameRlsPolicy{table.schema, table.name, from, to};
  } else {
    return RenameConstraint{table.schema, table.name, from, to};
  }
}

// A missing and an extra node of one table that differ in the name alone are one renamed node. Marks both as settled.
template <class Node>
void plan_renames(Draft& d, const std::vector<Issue>& issues, std::set<std::size_t>& settled) {
  for (std::size_t m = 0; m < issues.size(); ++m) {
    const auto* missing = get_if<Pair<Node>>(&issues[m].node);
    if (missing == nullptr || missing->actual != nullptr) continue;
    const Name table = table_of(issues[m].path);
    // The issues of one table stand together.
    std::size_t x = m;
    while (x > 0 && issues[x - 1].path.size() >= 2 && table_of(issues[x - 1].path) == table) --x;
    for (; x < issues.size() && issues[x].path.size() >= 2 && table_of(issues[x].path) == table; ++x) {
      const auto* extra = get_if<Pair<Node>>(&issues[x].node);
      if (extra == nullptr || extra->expected != nullptr || settled.count(x) > 0) continue;
      if (!only_name_differs(*missing->expected, *extra->actual)) continue;
      Operation rename = renaming<Node>(table, extra->actual->name, missing->expected->name);
      d.renamed[{Node::kind, {table.schema, table.name, extra->actual->name}}] = {missing->expected->name, id(rename)};
      d.add(std::move(rename));
      settled.insert(m);
      settled.insert(x);
      break;
    }
  }
}

}  // namespace

void plan_issues(Draft& draft, const std::vector<Issue>& issues) {
  std::set<std::size_t> settled;
  plan_renames<Unique>(draft, issues, settled);
  plan_renames<Check>(draft, issues, settled);
  plan_renames<ForeignKey>(draft, issues, settled);
  plan_renames<Index>(draft, issues, settled);
  plan_renames<Policy>(draft, issues, settled);
  for (std::size_t i = 0; i < issues.size(); ++i) {
    if (settled.count(i) > 0) continue;
    std::visit([&](const auto& pair) { rule(draft, issues[i].path, pair); }, issues[i].node);
  }
  cut_cycles_of_drops(draft);
  refuse_unlike_keys(draft);
  plan_views(draft);
}

}  // namespace plinth
