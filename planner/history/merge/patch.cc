#include "planner/history/merge/patch.h"

#include "planner/compare/own_fields.h"

namespace plinth {
namespace {

using Path = std::vector<std::string>;

Table* table_at(Schema& s, const Path& path) { return s.find_table({path[0], path[1]}); }

template <class Node>
std::vector<Node>* of_table(Schema& s, const Path& path, std::vector<Node> Table::*list) {
  Table* t = table_at(s, path);
  return t != nullptr ? &(t->*list) : nullptr;
}

template <class Node>
std::vector<Node>* of_schema(Schema& s, const Path& path, std::vector<Node> Namespace::*list) {
  Namespace* n = s.find_namespace(path[0]);
  return n != nullptr ? &(n->*list) : nullptr;
}

// The list that a node of that kind stands in, or nullptr where there is none.
std::vector<Extension>* list_of(const Extension*, Schema& s, const Path&) { return &s.extensions; }
std::vector<Namespace>* list_of(const Namespace*, Schema& s, const Path&) { return &s.namespaces; }
std::vector<Enum>* list_of(const Enum*, Schema& s, const Path& p) { return of_schema(s, p, &Namespace::enums); }
std::vector<Table>* list_of(const Table*, Schema& s, const Path& p) { return of_schema(s, p, &Namespace::tables); }
std::vector<Sequence>* list_of(const Sequence*, Schema& s, const Path& p) {
  return of_schema(s, p, &Namespace::sequences);
}
std::vector<View>* list_of(const View*, Schema& s, const Path& p) { return of_schema(s, p, &Namespace::views); }
std::vector<Column>* list_of(const Column*, Schema& s, const Path& p) { return of_table(s, p, &Table::columns); }
std::vector<Unique>* list_of(const Unique*, Schema& s, const Path& p) { return of_table(s, p, &Table::uniques); }
std::vector<Check>* list_of(const Check*, Schema& s, const Path& p) { return of_table(s, p, &Table::checks); }
std::vector<ForeignKey>* list_of(const ForeignKey*, Schema& s, const Path& p) {
  return of_table(s, p, &Table::foreign_keys);
}
std::vector<Index>* list_of(const Index*, Schema& s, const Path& p) { return of_table(s, p, &Table::indexes); }
std::vector<Policy>* list_of(const Policy*, Schema& s, const Path& p) { return of_table(s, p, &Table::policies); }

template <class Node>
void change(Node& node, const Pair<Node>& pair) {
  each_own_field<Node>([&](const auto& f) {
    if (!(pair.expected->*f.member == pair.actual->*f.member)) node.*f.member = pair.expected->*f.member;
  });
}

void patch_pair(Schema& s, const Path& path, const Pair<PrimaryKey>& pair) {
  Table* t = table_at(s, path);
  if (t == nullptr) return;
  if (pair.expected == nullptr) {
    t->primary_key.reset();
  } else if (pair.actual == nullptr || !t->primary_key) {
    t->primary_key = *pair.expected;
  } else {
    change(*t->primary_key, pair);
  }
}

template <class Node>
void patch_pair(Schema& s, const Path& path, const Pair<Node>& pair) {
  auto* list = list_of(static_cast<const Node*>(nullptr), s, path);
  if (list == nullptr) return;
  Node* found = find_named(*list, path.back());
  if (pair.expected == nullptr) {
    if (found != nullptr) list->erase(list->begin() + (found - list->data()));
  } else if (found != nullptr) {
    if (pair.actual != nullptr) change(*found, pair);
  } else if (pair.actual == nullptr) {
    if constexpr (std::is_same_v<Node, Column>) {
      list->push_back(*pair.expected);
    } else {
      insert_sorted(*list, *pair.expected);
    }
  }
}

// A schema that holds what the issue creates, and nothing else.
Schema alone(const Issue& issue) {
  Schema out;
  const Path& at = issue.path;
  if (at.size() > 1) out.namespaces.push_back({at[0]});
  if (at.size() > 2) out.namespaces.front().tables.emplace_back().name = at[1];
  patch(out, issue);
  return out;
}

}  // namespace

void patch(Schema& schema, const Issue& issue) {
  std::visit([&](const auto& pair) { patch_pair(schema, issue.path, pair); }, issue.node);
}

std::vector<std::string> contested_fields(const Issue& a, const Issue& b) {
  std::vector<std::string> out;
  std::visit(
      [&]<class Node>(const Pair<Node>& x) {
        const auto& y = std::get<Pair<Node>>(b.node);
        each_own_field<Node>([&](const auto& f) {
          const auto &before = x.actual->*f.member, &one = x.expected->*f.member, &other = y.expected->*f.member;
          if (!(one == before) && !(other == before) && !(one == other)) out.emplace_back(f.name);
        });
      },
      a.node);
  return out;
}

bool creates_same(const Issue& a, const Issue& b) { return diff(alone(a), alone(b)).empty(); }

}  // namespace plinth
