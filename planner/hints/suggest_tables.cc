// Tables and enum types that go and come as a whole.
#include <map>
#include <set>

#include "planner/hints/name_similarity.h"
#include "planner/hints/suggest.h"

namespace plinth {
namespace {

// What is known to many tells nobody apart.
constexpr std::size_t known_to_many = 16;

// Pairs of a dropped and an added node that share a feature. O(features log, + pairs).
template <class Node, class Features>
std::set<std::pair<const Node*, const Node*>> pairs_that_share(const std::vector<const Node*>& dropped,
                                                               const std::vector<const Node*>& added,
                                                               Features features) {
  struct Sides {
    std::vector<const Node*> dropped, added;
  };
  std::map<std::string, Sides> by_feature;
  for (const Node* n : dropped) {
    for (const auto& f : features(*n)) by_feature[f].dropped.push_back(n);
  }
  for (const Node* n : added) {
    for (const auto& f : features(*n)) by_feature[f].added.push_back(n);
  }
  std::set<std::pair<const Node*, const Node*>> out;
  for (const auto& [feature, sides] : by_feature) {
    if (std::max(sides.dropped.size(), sides.added.size()) > known_to_many) continue;
    for (const Node* d : sides.dropped) {
      for (const Node* a : sides.added) out.insert({d, a});
    }
  }
  return out;
}

// The nodes of one side that the other does not name. Only what the contract manages can come.
template <class Node>
std::vector<const Node*> without(const std::vector<Node>& nodes, const std::vector<Node>& other) {
  std::vector<const Node*> out;
  for (const auto& n : nodes) {
    if (n.control == Control::managed && find_sorted(other, n.name) == nullptr) out.push_back(&n);
  }
  return out;
}

struct Likeness {
  const Table *dropped, *added;
  int score = 0;
  bool covers = false;               // nearly all of the smaller one is in the larger one
  std::vector<std::string> columns;  // that both have, in the order of the dropped table
};

bool is_key(const Table& t, const std::string& column) {
  return t.primary_key && std::find(t.primary_key->columns.begin(), t.primary_key->columns.end(), column) !=
                              t.primary_key->columns.end();
}
int weight(const Table& t, const std::string& column) { return is_key(t, column) ? 1 : 2; }
int weight(const Table& t) {
  int out = 0;
  for (const auto& c : t.columns) out += weight(t, c.name);
  return out;
}

// Columns that differ by name, not by type, and are called alike: each counts half. O(dropped × added).
int nearly_common(const Table& dropped, const Table& added) {
  constexpr int alike = 50;
  int out = 0;
  std::set<const Column*> used;
  for (const auto& d : dropped.columns) {
    if (find_named(added.columns, d.name) != nullptr) continue;
    const auto fits = [&](const Column& a) {
      return a.type == d.type && used.count(&a) == 0 && find_named(dropped.columns, a.name) == nullptr &&
             name_similarity(a.name, d.name) >= alike;
    };
    const auto it = std::find_if(added.columns.begin(), added.columns.end(), fits);
    if (it == added.columns.end()) continue;
    used.insert(&*it);
    out += weight(dropped, d.name) / 2;
  }
  return out;
}

// Columns count by name and type, those of the primary key half; the name of the table counts 20 of 100.
Likeness compare(const Table& dropped, const Table& added) {
  constexpr int nearly_all = 80;
  Likeness out{&dropped, &added, 0, false, {}};
  std::map<std::string_view, const Column*> by_name;
  for (const auto& c : added.columns) by_name.emplace(c.name, &c);
  int common = 0;
  std::size_t telling = 0;
  for (const auto& c : dropped.columns) {
    const auto same = by_name.find(c.name);
    if (same == by_name.end() || same->second->type != c.type) continue;
    out.columns.push_back(c.name);
    common += weight(dropped, c.name);
    if (!is_key(dropped, c.name)) ++telling;
  }
  const int before = weight(dropped), after = weight(added);
  out.covers = telling > 0 && 100 * common >= nearly_all * std::min(before, after) &&
               (telling > 1 || common_words(dropped.name, added.name) > 0);
  if (telling > 0) common += nearly_common(dropped, added);
  const int all = std::max(1, before + after - common);
  const int by_columns = (telling > 0 ? 100 : 50) * std::min(common, all) / all;
  out.score = (80 * by_columns + 20 * name_similarity(dropped.name, added.name)) / 100;
  return out;
}

std::string quoted_list(const std::vector<const Table*>& tables) {
  std::string out;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (i > 0) out += i + 1 == tables.size() ? " and " : ", ";
    out += q(tables[i]->name);
  }
  return out;
}

class Tables {
 public:
  Tables(const Namespace& after, const Namespace& before, std::vector<Warning>& out) : schema_(after.name), out_(out) {
    const auto dropped = without(before.tables, after.tables), added = without(after.tables, before.tables);
    const auto features = [](const Table& t) {
      std::vector<std::string> f = words(t.name);
      f.reserve(f.size() + t.columns.size());
      for (const auto& c : t.columns) f.push_back(c.name + " " + c.type);
      return f;
    };
    for (const auto& [d, a] : pairs_that_share(dropped, added, features)) pairs_.push_back(compare(*d, *a));
    std::sort(pairs_.begin(), pairs_.end(), [](const Likeness& x, const Likeness& y) {
      return std::tuple(-x.score, std::string_view(x.dropped->name), std::string_view(x.added->name)) <
             std::tuple(-y.score, std::string_view(y.dropped->name), std::string_view(y.added->name));
    });
  }

  void suggest() {
    several(&Likeness::dropped, [&](const auto& parts) { split(parts); });
    several(&Likeness::added, [&](const auto& parts) { merge(parts); });
    for (const auto& p : pairs_) {
      if (p.score < suggestion_threshold.hundredths || used_.count(p.dropped) + used_.count(p.added) > 0) continue;
      used_.insert({p.dropped, p.added});
      out_.push_back({WarningCode::possible_rename,
                      "table " + q(p.dropped->name) + " goes, and table " + q(p.added->name) +
                          " comes: the same rows under another name?",
                      {schema_, p.dropped->name},
                      Score{p.score},
                      RenameTableHint{schema_, p.dropped->name, p.added->name}});
    }
  }

 private:
  using Parts = std::vector<const Likeness*>;

  // One table on one side, at least two on the other that are about as like it.
  template <class Tell>
  void several(const Table* Likeness::*one, Tell tell) {
    constexpr int about = 15;
    std::map<const Table*, Parts> by_one;
    std::vector<const Table*> order;
    for (const auto& p : pairs_) {
      if (used_.count(p.dropped) + used_.count(p.added) > 0) continue;
      Parts& parts = by_one[p.*one];
      if (parts.empty()) order.push_back(p.*one);
      const bool best_is_a_rename = !parts.empty() && parts.front()->score > p.score + about;
      if (parts.empty() || (p.covers && !best_is_a_rename)) parts.push_back(&p);
    }
    for (const Table* t : order) {
      Parts parts = by_one[t];
      const auto is_used = [&](const Likeness* p) { return used_.count(p->dropped) + used_.count(p->added) > 0; };
      parts.erase(std::remove_if(parts.begin(), parts.end(), is_used), parts.end());
      if (parts.size() < 2 || !parts.front()->covers) continue;
      for (const auto* p : parts) used_.insert({p->dropped, p->added});
      tell(parts);
    }
  }

  static Score score_of(const Parts& parts) {
    int sum = 0;
    for (const auto* p : parts) sum += p->score;
    return {std::max(suggestion_threshold.hundredths, sum / static_cast<int>(parts.size()))};
  }

  void split(const Parts& parts) {
    const Table& t = *parts.front()->dropped;
    std::vector<const Table*> added;
    added.reserve(parts.size());
    for (const auto* p : parts) added.push_back(p->added);
    std::sort(added.begin(), added.end(), [](const Table* a, const Table* b) { return a->name < b->name; });
    MoveHint hint{{}, {{schema_, t.name, {}}}, {}};
    for (const auto& c : t.columns) {
      const auto in_one = [&](const Likeness* p) {
        return std::find(p->columns.begin(), p->columns.end(), c.name) != p->columns.end();
      };
      if (std::any_of(parts.begin(), parts.end(), in_one)) hint.from.front().columns.push_back(c.name);
    }
    hint.to.reserve(added.size());
    for (const Table* a : added) hint.to.push_back({schema_, a->name, common_columns(t, *a)});
    out_.push_back({WarningCode::possible_split,
                    "table " + q(t.name) + " goes, and tables " + quoted_list(added) +
                        " come with its columns: its rows in other places?",
                    {schema_, t.name},
                    score_of(parts),
                    std::move(hint)});
  }

  void merge(const Parts& parts) {
    const Table& t = *parts.front()->added;
    std::vector<const Table*> dropped;
    dropped.reserve(parts.size());
    for (const auto* p : parts) dropped.push_back(p->dropped);
    std::sort(dropped.begin(), dropped.end(), [](const Table* a, const Table* b) { return a->name < b->name; });
    MoveHint hint{{}, {}, {{schema_, t.name, {}}}};
    std::set<std::string> moved;
    hint.from.reserve(dropped.size());
    for (const Table* d : dropped) {
      hint.from.push_back({schema_, d->name, common_columns(t, *d)});
      moved.insert(hint.from.back().columns.begin(), hint.from.back().columns.end());
    }
    for (const auto& c : t.columns) {
      if (moved.count(c.name) > 0) hint.to.front().columns.push_back(c.name);
    }
    out_.push_back({WarningCode::possible_merge,
                    "tables " + quoted_list(dropped) + " go, and table " + q(t.name) +
                        " comes with their columns: their rows in one place?",
                    {schema_, dropped.front()->name},
                    score_of(parts),
                    std::move(hint)});
  }

  // In the order of the first table.
  static std::vector<std::string> common_columns(const Table& first, const Table& second) {
    std::vector<std::string> out;
    for (const auto& c : first.columns) {
      const Column* same = find_named(second.columns, c.name);
      if (same != nullptr && same->type == c.type) out.push_back(c.name);
    }
    return out;
  }

  std::string schema_;
  std::vector<Likeness> pairs_;
  std::set<const Table*> used_;
  std::vector<Warning>& out_;
};

// Values count 70 of 100, the name 30.
int similarity(const Enum& a, const Enum& b) {
  const std::set<std::string> x(a.values.begin(), a.values.end());
  const auto common = std::count_if(b.values.begin(), b.values.end(), [&](const auto& v) { return x.count(v) > 0; });
  const auto all = static_cast<std::ptrdiff_t>(a.values.size() + b.values.size()) - common;
  const int by_values = all == 0 ? 0 : static_cast<int>(100 * common / all);
  return (70 * by_values + 30 * name_similarity(a.name, b.name)) / 100;
}

void suggest_enums(const Namespace& after, const Namespace& before, std::vector<Warning>& out) {
  struct Pair {
    int score;
    const Enum *dropped, *added;
  };
  const auto features = [](const Enum& e) { return e.values; };
  std::vector<Pair> pairs;
  for (const auto& [d, a] :
       pairs_that_share(without(before.enums, after.enums), without(after.enums, before.enums), features)) {
    if (const int score = similarity(*d, *a); score >= suggestion_threshold.hundredths) pairs.push_back({score, d, a});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tie(y.score, x.dropped->name, x.added->name) < std::tie(x.score, y.dropped->name, y.added->name);
  });
  std::set<const Enum*> used;
  for (const auto& p : pairs) {
    if (used.count(p.dropped) + used.count(p.added) > 0) continue;
    used.insert({p.dropped, p.added});
    out.push_back({WarningCode::possible_rename,
                   "enum type " + q(p.dropped->name) + " goes, and enum type " + q(p.added->name) +
                       " comes: the same values under another name?",
                   {after.name, p.dropped->name},
                   Score{p.score},
                   RenameEnumHint{after.name, p.dropped->name, p.added->name}});
  }
}

}  // namespace

void suggest_tables(const Schema& destination, const Schema& origin, std::vector<Warning>& out) {
  for (const auto& after : destination.namespaces) {
    const Namespace* before = origin.find_namespace(after.name);
    if (before == nullptr) continue;
    suggest_enums(after, *before, out);
    Tables(after, *before, out).suggest();
  }
}

}  // namespace plinth
