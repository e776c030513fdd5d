#include "planner/compare/control.h"

#include <set>

namespace plinth {
namespace {

template <class Node, class F>
void remove_from_both(std::vector<Node>& expected, std::vector<Node>& actual, F is_ignored) {
  std::set<std::string> ignored;
  for (const auto& e : expected) {
    if (is_ignored(e, find_sorted(actual, e.name) != nullptr)) ignored.insert(e.name);
  }
  const auto named = [&](const Node& n) { return ignored.contains(n.name); };
  std::erase_if(expected, named);
  std::erase_if(actual, named);
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

bool holds_unmanaged(const Namespace& n) {
  const auto any = [](const auto& nodes) {
    return std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return !is_managed(node); });
  };
  return any(n.tables) || any(n.enums);
}

// A schema that holds what is somebody else's stays, even where only the side before names it.
void keep_schemas_of_others(Schema& expected, const Schema& actual) {
  for (const auto& n : actual.namespaces) {
    if (expected.find_namespace(n.name) == nullptr && holds_unmanaged(n)) {
      expected.namespaces.push_back({n.name});
      sort_by_name(expected.namespaces);
    }
  }
}

template <class F>
void each_namespace(Schema& expected, Schema& actual, F f) {
  keep_schemas_of_others(expected, actual);
  for (auto& n : expected.namespaces) {
    Namespace none{n.name};
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

void adopt_control(const Schema& before, const Schema& expected, Schema& live) {
  const auto adopt = [](const auto& nodes, const auto* named, auto& found) {
    for (const auto& b : nodes) {
      auto* node = is_managed(b) || (named != nullptr && find_sorted(*named, b.name) != nullptr)
                       ? nullptr
                       : find_sorted(found, b.name);
      if (node != nullptr) node->control = b.control;
    }
  };
  for (const auto& n : before.namespaces) {
    Namespace* found = live.find_namespace(n.name);
    const Namespace* named = expected.find_namespace(n.name);
    if (found == nullptr) continue;
    adopt(n.tables, named != nullptr ? &named->tables : nullptr, found->tables);
    adopt(n.enums, named != nullptr ? &named->enums : nullptr, found->enums);
  }
}

void overlook_undeclared(Schema& expected, Schema& actual) {
  each_namespace(expected, actual, [](Namespace& e, Namespace& a) {
    overlook_nodes(e.tables, a.tables, overlook_in_table);
    overlook_nodes(e.enums, a.enums, overlook_in_enum);
  });
}

bool has_unmanaged(const Schema& schema) {
  return std::any_of(schema.namespaces.begin(), schema.namespaces.end(), holds_unmanaged);
}

}  // namespace plinth
