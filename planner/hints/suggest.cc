#include "planner/hints/suggest.h"

#include <set>

#include "engine/names.h"
#include "planner/hints/name_similarity.h"

namespace plinth {
namespace {

// The tables and columns that moves take from.
struct MovedAway {
  std::set<Name> tables;
  std::set<std::vector<std::string>> columns;
  explicit MovedAway(const std::vector<MoveHint>& moves) {
    for (const auto& m : moves) {
      for (const auto& p : m.from) {
        tables.insert({p.schema, p.table});
        for (const auto& c : p.columns) columns.insert({p.schema, p.table, c});
      }
    }
  }
  bool holds(const Hint& hint) const {
    if (const auto* table = get_if<RenameTableHint>(&hint)) return tables.count({table->schema, table->from}) > 0;
    if (const auto* column = get_if<RenameColumnHint>(&hint)) {
      return columns.count({column->schema, column->table, column->from}) > 0;
    }
    const auto* move = get_if<MoveHint>(&hint);
    return move != nullptr && std::all_of(move->from.begin(), move->from.end(), [&](const Place& p) {
             return tables.count({p.schema, p.table}) > 0 &&
                    std::any_of(p.columns.begin(), p.columns.end(), [&](const std::string& c) {
                      return columns.count({p.schema, p.table, c}) > 0;
                    });
           });
  }
};

// A value that goes and one that comes between the same neighbours: the only ones there.
void suggest_values_of(const std::string& schema, const Enum& after, const Enum& before, std::vector<Warning>& out) {
  const std::set<std::string> wanted(after.values.begin(), after.values.end());
  const std::set<std::string> known(before.values.begin(), before.values.end());
  // The runs of values between those that stay, by the one that stays before them.
  const auto runs = [](const std::vector<std::string>& values, const std::set<std::string>& other) {
    std::vector<std::pair<std::string, std::vector<std::string>>> found = {{"", {}}};
    for (const auto& v : values) {
      if (other.count(v) > 0) {
        found.push_back({v, {}});
      } else {
        found.back().second.push_back(v);
      }
    }
    return found;
  };
  const auto gone = runs(before.values, wanted), come = runs(after.values, known);
  for (std::size_t i = 0; i < gone.size() && i < come.size(); ++i) {
    if (gone[i].first != come[i].first) break;
    if (gone[i].second.size() != 1 || come[i].second.size() != 1) continue;
    const std::string &from = gone[i].second.front(), &to = come[i].second.front();
    const int score = suggestion_threshold.hundredths + name_similarity(from, to) * 4 / 10;
    out.push_back({WarningCode::possible_rename,
                   "value " + q(from) + " of enum type " + q(after.name) + " goes, and " + q(to) +
                       " comes in its place: the same value under another name?",
                   {schema, after.name, from},
                   Score{score},
                   RenameEnumValueHint{schema, after.name, from, to}});
  }
}

}  // namespace

void suggest_values(const Schema& destination, const Schema& origin, std::vector<Warning>& out) {
  for (const auto& n : destination.namespaces) {
    const Namespace* before = origin.find_namespace(n.name);
    if (before == nullptr) continue;
    for (const auto& e : n.enums) {
      const Enum* old = find_sorted(before->enums, e.name);
      if (old != nullptr && e.control == Control::managed) suggest_values_of(n.name, e, *old, out);
    }
  }
}

std::vector<Warning> suggest(const Schema& destination, const Schema& origin, const std::vector<MoveHint>& moves) {
  std::vector<Warning> out;
  suggest_tables(destination, origin, out);
  suggest_columns(destination, origin, out);
  suggest_values(destination, origin, out);
  const MovedAway taken(moves);
  out.erase(std::remove_if(out.begin(), out.end(), [&](const Warning& w) { return taken.holds(*w.hint); }), out.end());
  std::sort(out.begin(), out.end(), [](const Warning& a, const Warning& b) {
    return std::tie(a.path, a.code, a.message) < std::tie(b.path, b.code, b.message);
  });
  return out;
}

}  // namespace plinth
