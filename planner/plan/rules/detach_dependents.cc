#include "planner/plan/rules/detach_dependents.h"

#include "engine/names.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/add_foreign_key.h"
#include "engine/ops/constraints/add_primary_key.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/renaming.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/sequences/alter_sequence.h"
#include "planner/plan/rules/constraints.h"

namespace plinth {
namespace {

// Whether two nodes say the same; names, and where they come from, are no part of that.
template <class Node>
bool is_same(const Node& expected, Node actual) {
  actual.name = expected.name;
  if constexpr (requires { actual.named; }) actual.named = expected.named;
  if constexpr (requires { actual.implied; }) actual.implied = expected.implied;
  return expected == actual;
}

// An index, a policy and a constraint of one table may have one name.
template <class Node>
bool suspend_once(Draft& d, const Name& table, const Node& node) {
  return d.suspended.insert({Node::kind, {table.schema, table.name, node.name}}).second;
}

// The node as it should be, when it is the same on both sides but for its name, and has not gone already. A rename is
// not needed then: it comes back under its new name.
template <class Node>
const Node* suspended(Draft& d, const Name& table, const std::vector<Node> Table::*nodes, const Node& node) {
  const Table* wanted = d.expected.find_table(table);
  const auto renamed = d.renamed.find({Node::kind, {table.schema, table.name, node.name}});
  const bool has_other_name = renamed != d.renamed.end();
  const Node* same =
      wanted != nullptr ? find_named(wanted->*nodes, has_other_name ? renamed->second.to : node.name) : nullptr;
  if (same == nullptr || !is_same(*same, node) || !suspend_once(d, table, node)) return nullptr;
  if (has_other_name) {
    std::erase_if(d.operations, [&](const Planned& p) { return id(p.operation) == renamed->second.operation; });
  }
  return same;
}

bool reads(const Policy& p, const std::string& column) {
  const auto in = [&](const auto& e) { return e && mentions(*e, column); };
  return in(p.using_expression) || in(p.check_expression);
}
// The keys of an index that are columns follow their types by themselves.
bool reads(const Index& i, const std::string& column) {
  return (i.predicate && mentions(*i.predicate, column)) ||
         std::any_of(i.keys.begin(), i.keys.end(), [&](const IndexKey& k) { return mentions(k.expression, column); });
}

// Away under the name that it has, and back again in its own phase. The rows fit still, unless values are computed
// anew.
void remake(Draft& d, const Name& table, const std::string& name, const Policy& p) {
  d.add(DropRlsPolicy{table.schema, table.name, name});
  d.add(CreateRlsPolicy{table.schema, table.name, p}, 3);
}
void remake(Draft& d, const Name& table, const std::string& name, const Check& c) {
  d.add(DropCheckConstraint{table.schema, table.name, name});
  guard_check(d, table, c);
  d.add(AddCheckConstraint{table.schema, table.name, c});
}
void remake(Draft& d, const Name& table, const std::string& name, const Index& i) {
  d.add(DropIndex{table.schema, table.name, name});
  if (i.unique && can_be_counted(i)) guard_unique(d, table, unique_rows(i));
  d.add(CreateIndex{table.schema, table.name, i});
}
void remake(Draft& d, const Name& table, const std::string& name, const Unique& u) {
  d.add(DropConstraint{table.schema, table.name, name, "unique"});
  guard_unique(d, table, unique_rows(u));
  d.add(AddUnique{table.schema, table.name, u});
}

}  // namespace

void drop_foreign_key(Draft& d, const Name& table, const std::string& name) {
  d.add_in(Phase::loosen, DropConstraint{table.schema, table.name, name, "foreignKey"}, -2);
}

void suspend(Draft& d, const Name& table, const ForeignKey& fk) {
  if (d.expected.find_table(table) == nullptr) {  // goes with its table, which is late
    if (suspend_once(d, table, fk)) drop_foreign_key(d, table, fk.name);
    return;
  }
  const ForeignKey* same = suspended(d, table, &Table::foreign_keys, fk);
  if (same == nullptr) return;
  drop_foreign_key(d, table, fk.name);
  guard_reference(d, table, *same);
  d.add(AddForeignKey{table.schema, table.name, *same});
}

namespace {

template <class Node, class F>
void suspend_nodes(Draft& d, const Name& table, const std::vector<Node> Table::*nodes, const F& is_affected) {
  for (const auto& node : d.actual.find_table(table)->*nodes) {
    const Node* same = is_affected(node) ? suspended(d, table, nodes, node) : nullptr;
    if (same != nullptr) remake(d, table, node.name, *same);
  }
}

void suspend_references(Draft& d, const Name& table, const std::string& column) {
  suspend_foreign_keys(d, [&](const Name& on, const ForeignKey& fk) {
    return (on == table && holds(fk.columns, column)) ||
           (fk.references() == table && holds(fk.referenced_columns, column));
  });
}

void suspend_primary_key(Draft& d, const Name& table, const std::string& column) {
  const auto& before = d.actual.find_table(table)->primary_key;
  const auto& after = d.expected.find_table(table)->primary_key;
  if (!before || !after || !holds(before->columns, column) || !is_same(*after, *before)) return;
  if (!suspend_once(d, table, *before)) return;
  d.add(DropConstraint{table.schema, table.name, before->name, "primaryKey"});
  guard_unique(d, table, unique_rows(*after));
  d.add(AddPrimaryKey{table.schema, table.name, *after});
}

}  // namespace

namespace {

// A sequence would go with the column that owns it.
void keep_owned_sequences(Draft& d, const Name& table, const std::string& column) {
  const SequenceOwner owner{table.schema, table.name, column};
  for (const auto& n : d.actual.namespaces) {
    for (const auto& s : n.sequences) {
      const Sequence* after = s.owner == owner ? d.expected.find_sequence({n.name, s.name}) : nullptr;
      if (after == nullptr || after->owner != s.owner) continue;
      constexpr int before_drop = -2;
      d.add_in(Phase::alter_types, AlterSequence{n.name, s.name, s.options, s.options, owner, {}}, before_drop);
      d.add(AlterSequence{n.name, s.name, s.options, s.options, {}, owner});
    }
  }
}

}  // namespace

void replace_column(Draft& d, const Name& table, const Column& expected) {
  const std::string& column = expected.name;
  if (!suspend_once(d, table, expected)) return;
  detach_dependents(d, table, column, {true, true, true});
  suspend_primary_key(d, table, column);
  suspend_nodes(d, table, &Table::uniques,
                [&](const Unique& u) { return holds(u.columns, column) || holds(u.include, column); });
  suspend_nodes(d, table, &Table::indexes, [&](const Index& i) { return uses(i, column); });
  constexpr int before_types = -1;
  keep_owned_sequences(d, table, column);
  d.add_in(Phase::alter_types, DropColumn{table.schema, table.name, column}, before_types);
  add_after_types(d, table, expected);
}

void add_after_types(Draft& d, const Name& table, const Column& generated) {
  constexpr int after_types = 5;
  d.add_in(Phase::alter_types, AddColumn{table.schema, table.name, generated, false}, after_types);
}

void detach_dependents(Draft& d, const Name& table, const std::string& column, Disturbance by) {
  for (const auto& c : d.actual.find_table(table)->columns) {
    if (c.name == column || !c.generated || !mentions(*c.generated, column)) continue;
    const Column* wanted = find_named(d.expected.find_table(table)->columns, c.name);
    if (wanted != nullptr && wanted->generated) replace_column(d, table, *wanted);
  }
  suspend_nodes(d, table, &Table::policies, [&](const Policy& p) { return reads(p, column); });
  if (by.compares || by.values) suspend_references(d, table, column);
  if (!by.compares && !by.constants) return;
  suspend_nodes(d, table, &Table::checks, [&](const Check& c) { return uses(c, column); });
  suspend_nodes(d, table, &Table::indexes, [&](const Index& i) { return reads(i, column); });
}

}  // namespace plinth
