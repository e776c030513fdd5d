#include "planner/make_room.h"

#include "engine/ops/renaming.h"

namespace plinth {
namespace {

// Whether two nodes say the same; where their names come from is no part of that.
template <class Node>
bool is_same(const Node& expected, Node actual) {
  if constexpr (requires { actual.named; }) actual.named = expected.named;
  if constexpr (requires { actual.implied; }) actual.implied = expected.implied;
  return expected == actual;
}

// The node as it should be, when it is the same on both sides and has not gone already.
template <class Node>
const Node* suspended(Draft& d, const Name& table, const std::vector<Node> Table::*nodes, const Node& node) {
  const Table* wanted = d.expected.find_table(table);
  const Node* same = wanted != nullptr ? find_named(wanted->*nodes, node.name) : nullptr;
  if (same == nullptr || !is_same(*same, node)) return nullptr;
  return d.suspended.insert({table.schema, table.name, node.name}).second ? same : nullptr;
}

bool reads(const Check& c, const std::string& column) {
  return c.membership ? c.membership->column == column : mentions(c.expression, column);
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

}  // namespace

void drop_foreign_key(Draft& d, const Name& table, const std::string& name) {
  d.add_in(Phase::loosen, DropConstraint{table.schema, table.name, name, "foreignKey"}, -2);
}

void suspend(Draft& d, const Name& table, const ForeignKey& fk) {
  if (d.expected.find_table(table) == nullptr) {  // goes with its table, which is late
    if (d.suspended.insert({table.schema, table.name, fk.name}).second) drop_foreign_key(d, table, fk.name);
    return;
  }
  const ForeignKey* same = suspended(d, table, &Table::foreign_keys, fk);
  if (same == nullptr) return;
  drop_foreign_key(d, table, fk.name);
  d.add(AddForeignKey{table.schema, table.name, *same});
}

void make_room(Draft& d, const Name& table, const std::string& column, Disturbance by) {
  const Table& found = *d.actual.find_table(table);
  for (const auto& p : found.policies) {
    const Policy* same = reads(p, column) ? suspended(d, table, &Table::policies, p) : nullptr;
    if (same == nullptr) continue;
    d.add(DropRlsPolicy{table.schema, table.name, p.name});
    d.add(CreateRlsPolicy{table.schema, table.name, *same}, 2);
  }
  if (!by.compares && !by.values) return;
  const auto among = [&](const auto& names) { return std::find(names.begin(), names.end(), column) != names.end(); };
  suspend_foreign_keys(d, [&](const Name& on, const ForeignKey& fk) {
    return (on == table && among(fk.columns)) || (fk.references() == table && among(fk.referenced_columns));
  });
  if (!by.compares) return;
  for (const auto& c : found.checks) {
    const Check* same = reads(c, column) ? suspended(d, table, &Table::checks, c) : nullptr;
    if (same == nullptr) continue;
    d.add(DropCheckConstraint{table.schema, table.name, c.name});
    d.add(AddCheckConstraint{table.schema, table.name, *same});
  }
  for (const auto& i : found.indexes) {
    const Index* same = reads(i, column) ? suspended(d, table, &Table::indexes, i) : nullptr;
    if (same == nullptr) continue;
    d.add(DropIndex{table.schema, table.name, i.name});
    d.add(CreateIndex{table.schema, table.name, *same});
  }
}

}  // namespace plinth
