#include "planner/plan/rules/drop_cycles.h"

#include <map>

#include "engine/ops/tables/drop_table.h"
#include "planner/plan/rules/detach_dependents.h"

namespace plinth {

void cut_cycles_of_drops(Draft& d) {
  std::set<Name> dropped;
  for (const auto& p : d.operations) {
    if (const auto* drop = get_if<DropTable>(&p.operation)) dropped.insert(drop->on());
  }
  // Peel off tables that no remaining table references; what cannot be peeled off is in, or behind, a cycle.
  std::map<Name, int> referenced;
  const auto each_reference = [&](const Name& from, auto f) {
    const Table* t = d.actual.find_table(from);
    if (t == nullptr) return;
    for (const auto& fk : t->foreign_keys) {
      const Name to = fk.references();
      if (to != from && dropped.count(to) > 0) f(to, fk);
    }
  };
  for (const auto& table : dropped) each_reference(table, [&](const Name& to, const ForeignKey&) { ++referenced[to]; });
  std::vector<Name> free;
  for (const auto& table : dropped) {
    if (referenced[table] == 0) free.push_back(table);
  }
  std::set<Name> left = dropped;
  while (!free.empty()) {
    const auto table = free.back();
    free.pop_back();
    left.erase(table);
    each_reference(table, [&](const Name& to, const ForeignKey&) {
      if (--referenced[to] == 0) free.push_back(to);
    });
  }
  for (const auto& table : left) {
    each_reference(table, [&](const Name& to, const ForeignKey& fk) {
      if (left.count(to) > 0) suspend(d, table, fk);
    });
  }
}

}  // namespace plinth
