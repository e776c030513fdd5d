#include "planner/control.h"

namespace plinth {
namespace {

template <class Node>
void remove_if_named(std::vector<Node>& nodes, const std::string& name) {
  std::erase_if(nodes, [&](const Node& n) { return n.name == name; });
}

template <class Node, class F>
void remove_from_both(std::vector<Node>& expected, std::vector<Node>& actual, F is_ignored) {
  std::vector<std::string> ignored;
  for (const auto& e : expected) {
    if (is_ignored(e, find_sorted(actual, e.name) != nullptr)) ignored.push_back(e.name);
  }
  for (const auto& name : ignored) {
    remove_if_named(expected, name);
    remove_if_named(actual, name);
  }
}

// What the contract of the origin left to somebody else, and the next one does not name, is nobody's to drop.
template <class Node>
void remove_nobodys(const std::vector<Node>& expected, std::vector<Node>& actual) {
  std::erase_if(actual, [&](const Node& a) { return !is_managed(a) && find_sorted(expected, a.name) == nullptr; });
}

bool is_not_to_be_changed(Control control, bool exists) {
  switch (control) {
    case Control::managed: return false;
    case Control::tolerated: return exists;
    case Control::external:
    case Control::observed: return true;
  }
  return true;
}

template <class Node>
void respect_nodes(std::vector<Node>& expected, std::vector<Node>& actual) {
  remove_from_both(expected, actual,
                   [](const Node& e, bool exists) { return is_not_to_be_changed(e.control, exists); });
  remove_nobodys(expected, actual);
}

template <class Node>
void keep_declared(const std::vector<Node>& expected, std::vector<Node>& actual) {
  std::erase_if(actual, [&](const Node& a) { return find_named(expected, a.name) == nullptr; });
}

void overlook_in_column(Column& expected, const Column& actual) {
  if (!expected.fallback && !expected.identity) {
    expected.fallback = actual.fallback;
    expected.identity = actual.identity;
    expected.identity_options = actual.identity_options;
  }
  if (!expected.collation) expected.collation = actual.collation;
}

void overlook_in_table(Table& expected, Table& actual) {
  keep_declared(expected.columns, actual.columns);
  keep_declared(expected.uniques, actual.uniques);
  keep_declared(expected.checks, actual.checks);
  keep_declared(expected.foreign_keys, actual.foreign_keys);
  keep_declared(expected.indexes, actual.indexes);
  keep_declared(expected.policies, actual.policies);
  if (!expected.primary_key) actual.primary_key.reset();
  for (auto& c : expected.columns) {
    if (const Column* found = find_named(actual.columns, c.name)) overlook_in_column(c, *found);
  }
  expected.row_security = expected.row_security || actual.row_security;
  expected.force_row_security = expected.force_row_security || actual.force_row_security;
  if (expected.control != Control::external) return;
  for (auto& c : expected.checks) {
    if (const Check* found = find_named(actual.checks, c.name)) c = *found;
  }
}

void overlook_in_enum(Enum& expected, const Enum& actual) {
  if (expected.control == Control::external) expected.values = actual.values;
}

template <class Node, class F>
void overlook_nodes(std::vector<Node>& expected, std::vector<Node>& actual, F overlook) {
  remove_from_both(expected, actual, [](const Node& e, bool) { return e.control == Control::observed; });
  for (auto& e : expected) {
    Node* found = e.control != Control::managed ? find_sorted(actual, e.name) : nullptr;
    if (found != nullptr) overlook(e, *found);
  }
  remove_nobodys(expected, actual);
}

template <class F>
void each_namespace(Schema& expected, Schema& actual, F f) {
  for (auto& n : expected.namespaces) {
    Namespace none{n.name, {}, {}};
    Namespace* other = actual.find_namespace(n.name);
    f(n, other != nullptr ? *other : none);
  }
}

}  // namespace

void respect_control(Schema& expected, Schema& actual) {
  each_namespace(expected, actual, [](Namespace& e, Namespace& a) {
    respect_nodes(e.tables, a.tables);
    respect_nodes(e.enums, a.enums);
  });
}

void overlook_undeclared(Schema& expected, Schema& actual) {
  each_namespace(expected, actual, [](Namespace& e, Namespace& a) {
    overlook_nodes(e.tables, a.tables, overlook_in_table);
    overlook_nodes(e.enums, a.enums, overlook_in_enum);
  });
}

bool has_unmanaged(const Schema& schema) {
  const auto any = [](const auto& nodes) {
    return std::any_of(nodes.begin(), nodes.end(), [](const auto& n) { return !is_managed(n); });
  };
  return std::any_of(schema.namespaces.begin(), schema.namespaces.end(),
                     [&](const Namespace& n) { return any(n.tables) || any(n.enums); });
}

}  // namespace plinth
