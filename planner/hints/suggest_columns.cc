// Columns that go from tables that stay.
#include <map>
#include <set>

#include "engine/sql/type_name.h"
#include "planner/hints/name_similarity.h"
#include "planner/hints/suggest.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

using Columns = std::vector<const Column*>;

// What a table of both sides loses and gains. Of a table that is new, everything is gained.
struct Change {
  Columns dropped, added;
  bool is_new = false;
};
using Changes = std::map<Name, Change>;

Columns without(const std::vector<Column>& columns, const std::vector<Column>& other) {
  std::set<std::string_view> names;
  for (const auto& c : other) names.insert(c.name);
  Columns out;
  for (const auto& c : columns) {
    if (names.count(c.name) == 0) out.push_back(&c);
  }
  return out;
}

Changes changes_of(const Schema& destination, const Schema& origin) {
  Changes out;
  const std::vector<Column> none;
  for (const auto& n : destination.namespaces) {
    for (const auto& t : n.tables) {
      if (t.control != Control::managed) continue;
      const Table* before = origin.find_table({n.name, t.name});
      Change c{{}, {}, before == nullptr};
      c.added = without(t.columns, before != nullptr ? before->columns : none);
      if (before != nullptr) c.dropped = without(before->columns, t.columns);
      if (!c.added.empty() || !c.dropped.empty()) out.emplace(Name{n.name, t.name}, std::move(c));
    }
  }
  return out;
}

bool fits(const std::string& from, const std::string& to) { return keeps_every_value(type_change(from, to)); }
bool is_string(const Column& c) { return is_text_type(c.type); }

void remove(Columns& from, const Column* c) { from.erase(std::remove(from.begin(), from.end(), c), from.end()); }

std::string quoted_list(const Columns& columns) {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += i + 1 == columns.size() ? " and " : ", ";
    out += q(columns[i]->name);
  }
  return out;
}
std::vector<std::string> names_of(const Columns& columns) {
  std::vector<std::string> out;
  out.reserve(columns.size());
  for (const Column* c : columns) out.push_back(c->name);
  return out;
}
std::string subject(const Columns& columns, const Name& table) {
  const bool one = columns.size() == 1;
  return (one ? "column " : "columns ") + quoted_list(columns) + " of " + q(table.name) + (one ? " goes" : " go");
}

// ---- to another table -------------------------------------------------------------------------------------------

// `name` in a table of customers for what was `customerName`.
bool is_name_within(const std::string& name, const std::string& table, const std::string& old) {
  if (name == old) return true;
  std::vector<std::string> inner = words(table);
  const std::vector<std::string> own = words(name);
  inner.insert(inner.end(), own.begin(), own.end());
  return inner == words(old);
}

class Siblings {
 public:
  Siblings(const Schema& destination, Changes& changes, std::vector<Warning>& out)
      : to_(destination), changes_(changes), out_(out) {}

  // Along every foreign key whose one end loses columns while the other gains some, in both directions.
  void suggest() {
    for (const auto& n : to_.namespaces) {
      for (const auto& t : n.tables) {
        for (const auto& fk : t.foreign_keys) {
          link(fk.references(), {n.name, t.name}, WarningCode::possible_split);
          link({n.name, t.name}, fk.references(), WarningCode::possible_extraction);
        }
      }
    }
  }

 private:
  void link(const Name& losing, const Name& gaining, WarningCode code) {
    const auto lost = changes_.find(losing), won = changes_.find(gaining);
    if (losing == gaining || lost == changes_.end() || won == changes_.end()) return;
    Columns from, to;
    for (const Column* d : lost->second.dropped) {
      const auto is_same = [&](const Column* a) {
        return is_name_within(a->name, gaining.name, d->name) && fits(d->type, a->type);
      };
      const auto same = std::find_if(won->second.added.begin(), won->second.added.end(), is_same);
      if (same == won->second.added.end() || std::find(to.begin(), to.end(), *same) != to.end()) continue;
      from.push_back(d);
      to.push_back(*same);
    }
    if (from.empty()) return;
    constexpr std::size_t linked = 70, share = 30;
    const Score score{static_cast<int>(linked + share * from.size() / lost->second.dropped.size())};
    for (const Column* c : from) remove(lost->second.dropped, c);
    if (!won->second.is_new) {
      for (const Column* c : to) remove(won->second.added, c);
    }
    out_.push_back(
        {won->second.is_new ? code : WarningCode::values_reappear,
         subject(from, losing) + ", and " + (won->second.is_new ? "the new table " : "table ") + q(gaining.name) +
             " has " + quoted_list(to) + ": the same values?",
         {losing.schema, losing.name, from.front()->name},
         score,
         MoveHint{{}, {{losing.schema, losing.name, names_of(from)}}, {{gaining.schema, gaining.name, names_of(to)}}}});
  }

  const Schema& to_;
  Changes& changes_;
  std::vector<Warning>& out_;
};

// ---- within a table ---------------------------------------------------------------------------------------------

void tell_move(const Name& table, const Columns& from, const Columns& to, WarningCode code, std::vector<Warning>& out) {
  int sum = 0;
  for (const Column* a : from) {
    for (const Column* b : to) sum += name_similarity(a->name, b->name);
  }
  constexpr int base = 50;
  const int average = sum / static_cast<int>(from.size() * to.size());
  out.push_back(
      {code,
       subject(from, table) + ", and " + quoted_list(to) + (to.size() == 1 ? " comes" : " come") +
           ": the same text in other portions?",
       {table.schema, table.name, from.front()->name},
       Score{std::max(suggestion_threshold.hundredths, base + average / 2)},
       MoveHint{{}, {{table.schema, table.name, names_of(from)}}, {{table.schema, table.name, names_of(to)}}}});
}

// For each text of one side, those of the other that share a word with its name. O(one × several).
std::map<const Column*, Columns> sharing(const Columns& one, const Columns& several) {
  std::map<const Column*, Columns> out;
  for (const Column* a : one) {
    if (!is_string(*a)) continue;
    for (const Column* b : several) {
      if (is_string(*b) && common_words(a->name, b->name) > 0) out[a].push_back(b);
    }
  }
  return out;
}

// One text and several that share a word with it, and with no other one. Both sides lose what was told.
void suggest_portions(const Name& table, Columns& one, Columns& several, bool splits, std::vector<Warning>& out) {
  const auto shared = sharing(one, several);
  std::map<const Column*, int> owners;
  for (const auto& [c, parts] : shared) {
    for (const Column* p : parts) ++owners[p];
  }
  const Columns candidates = one;
  for (const Column* c : candidates) {
    const auto found = shared.find(c);
    if (found == shared.end() || found->second.size() < 2) continue;
    const Columns& parts = found->second;
    if (std::any_of(parts.begin(), parts.end(), [&](const Column* p) { return owners[p] > 1; })) continue;
    if (splits) {
      tell_move(table, {c}, parts, WarningCode::possible_split, out);
    } else {
      tell_move(table, parts, {c}, WarningCode::possible_merge, out);
    }
    remove(one, c);
    for (const Column* p : parts) remove(several, p);
  }
}

// The name counts 50 of 100, the type 25 (18 when every value fits, 10 when the server casts), being the only pair 15,
// the same nullability 5, the same default 5. 0 for types that do not cast.
int rename_score(const Column& dropped, const Column& added, bool only_pair) {
  int type = 25;
  if (dropped.type != added.type) {
    if (!fits(dropped.type, added.type) && !casts_directly(dropped.type, added.type)) return 0;
    type = fits(dropped.type, added.type) ? 18 : 10;
  }
  const int equal = (dropped.nullable == added.nullable ? 5 : 0) + (dropped.fallback == added.fallback ? 5 : 0);
  return name_similarity(dropped.name, added.name) / 2 + type + (only_pair ? 15 : 0) + equal;
}

void suggest_renames(const Name& table, const Change& change, std::vector<Warning>& out) {
  struct Pair {
    int score;
    const Column *dropped, *added;
  };
  const bool only_pair = change.dropped.size() == 1 && change.added.size() == 1;
  std::vector<Pair> pairs;
  for (const Column* d : change.dropped) {
    for (const Column* a : change.added) {
      const int score = rename_score(*d, *a, only_pair);
      if (score >= suggestion_threshold.hundredths) pairs.push_back({score, d, a});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) {
    return std::tie(y.score, x.dropped->name, x.added->name) < std::tie(x.score, y.dropped->name, y.added->name);
  });
  std::set<const Column*> used;
  for (const auto& p : pairs) {
    if (used.count(p.dropped) + used.count(p.added) > 0) continue;
    used.insert({p.dropped, p.added});
    out.push_back(
        {WarningCode::possible_rename,
         subject({p.dropped}, table) + ", and " + q(p.added->name) + " comes: the same values under another name?",
         {table.schema, table.name, p.dropped->name},
         Score{p.score},
         RenameColumnHint{table.schema, table.name, p.dropped->name, p.added->name}});
  }
}

}  // namespace

void suggest_columns(const Schema& destination, const Schema& origin, std::vector<Warning>& out) {
  Changes changes = changes_of(destination, origin);
  Siblings(destination, changes, out).suggest();
  for (auto& [table, change] : changes) {
    if (change.is_new) continue;
    suggest_portions(table, change.dropped, change.added, true, out);
    suggest_portions(table, change.added, change.dropped, false, out);
    suggest_renames(table, change, out);
  }
}

}  // namespace plinth
