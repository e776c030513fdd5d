#include "planner/hints/mappings.h"

#include <set>

#include "planner/compare/contract_schema.h"

namespace plinth {
namespace {

// What becomes of each name, unless it is disputed.
template <class Key>
class Renames {
 public:
  void say(const Key& from, const Key& to, std::string reason) {
    const auto [at, is_new] = by_from_.try_emplace(from, Entry{to, std::move(reason)});
    if (!is_new && at->second.to != to) disputed_.insert(from);
    const auto [source, is_first] = by_to_.try_emplace(to, from);
    if (!is_first && source->second != from) disputed_.insert({from, source->second});
  }
  template <class F>
  void each(F f) const {
    for (const auto& [from, entry] : by_from_) {
      if (!(from == entry.to) && disputed_.count(from) == 0) f(from, entry.to, entry.reason);
    }
  }

 private:
  struct Entry {
    Key to;
    std::string reason;
  };
  std::map<Key, Entry> by_from_;
  std::map<Key, Key> by_to_;
  std::set<Key> disputed_;
};

struct Pair {
  const ContractModel *start, *end;
};

std::vector<Pair> models_of_both(const Contract& start, const Contract& end) {
  std::vector<Pair> out;
  auto e = end.models.begin();
  for (const auto& s : start.models) {
    const auto key = [](const ContractModel& m) { return std::tie(m.space, m.name); };
    while (e != end.models.end() && key(*e) < key(s)) ++e;
    if (e == end.models.end()) break;
    if (key(*e) == key(s)) out.push_back({&s, &*e});
  }
  return out;
}

Name table_of(const ContractModel& m) { return {schema_of_namespace(m.namespace_id), m.table}; }

}  // namespace

std::vector<DerivedHint> mapping_hints(const Contract& start, const Contract& end) {
  Renames<Name> tables;
  Renames<std::pair<Name, std::string>> columns;
  for (const auto& [before, after] : models_of_both(start, end)) {
    const Name from = table_of(*before), to = table_of(*after);
    if (from.schema != to.schema) continue;
    tables.say(from, to,
               "model " + q(after->name) + " was stored there in the contract before, and is stored here now");
    for (const auto& [field, column] : before->fields) {
      const auto now = after->fields.find(field);
      if (now == after->fields.end()) continue;
      columns.say(
          {to, column}, {to, now->second},
          "field " + q(field) + " of model " + q(after->name) + " was stored there before, and is stored here now");
    }
  }
  std::vector<DerivedHint> out;
  tables.each([&](const Name& from, const Name& to, const std::string& reason) {
    out.push_back({RenameTableHint{from.schema, from.name, to.name}, reason});
  });
  columns.each([&](const auto& from, const auto& to, const std::string& reason) {
    out.push_back({RenameColumnHint{from.first.schema, from.first.name, from.second, to.second}, reason});
  });
  return out;
}

}  // namespace plinth
