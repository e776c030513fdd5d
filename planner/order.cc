#include "planner/order.h"

#include <map>
#include <set>

namespace plinth {
namespace {

using Edges = std::map<Name, std::set<Name>>;

// Depth first over "is referenced by": a table is emitted after everything that references it. Cycles were cut by the
// rules, which drop the foreign keys between tables of a cycle first.
void visit(const Name& table, const Edges& referenced_by, Edges& done, std::vector<Name>& out) {
  std::vector<std::pair<Name, bool>> stack = {{table, false}};
  while (!stack.empty()) {
    auto [current, expanded] = stack.back();
    stack.pop_back();
    if (expanded) {
      out.push_back(current);
      continue;
    }
    if (!done.try_emplace(current).second) continue;
    stack.emplace_back(current, true);
    const auto it = referenced_by.find(current);
    if (it == referenced_by.end()) continue;
    for (auto by = it->second.rbegin(); by != it->second.rend(); ++by) {
      if (done.find(*by) == done.end()) stack.emplace_back(*by, false);
    }
  }
}

void order_drops(std::vector<Planned>& operations, const Schema& actual) {
  const auto is_drop = [](const Planned& p) { return std::holds_alternative<DropTable>(p.operation); };
  const auto begin = std::find_if(operations.begin(), operations.end(), is_drop);
  const auto end = std::find_if_not(begin, operations.end(), is_drop);
  if (end - begin < 2) return;
  Edges dropped, referenced_by, done;
  for (auto it = begin; it != end; ++it) dropped.try_emplace(std::get<DropTable>(it->operation).on());
  for (const auto& [name, unused] : dropped) {
    const Table* t = actual.find_table(name);
    if (t == nullptr) continue;
    for (const auto& fk : t->foreign_keys) {
      if (fk.references() != name && dropped.count(fk.references()) > 0) referenced_by[fk.references()].insert(name);
    }
  }
  std::vector<Name> order;
  for (const auto& [name, unused] : dropped) visit(name, referenced_by, done, order);
  auto it = begin;
  for (auto& name : order) (it++)->operation = DropTable{name.schema, name.name};
}

}  // namespace

std::vector<Operation> ordered(std::vector<Planned> operations, const Schema& actual) {
  struct Key {
    Phase phase;
    int rank;
    std::vector<std::string> path;
    std::size_t at;
  };
  std::vector<Key> keys;
  keys.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    keys.push_back({operations[i].phase, operations[i].rank, path(operations[i].operation), i});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return std::tie(a.phase, a.rank, a.path, a.at) < std::tie(b.phase, b.rank, b.path, b.at);
  });
  std::vector<Planned> sorted;
  sorted.reserve(keys.size());
  for (const auto& k : keys) sorted.push_back(std::move(operations[k.at]));
  order_drops(sorted, actual);
  std::vector<Operation> out;
  out.reserve(sorted.size());
  for (auto& p : sorted) out.push_back(std::move(p.operation));
  return out;
}

}  // namespace plinth
