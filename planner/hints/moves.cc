#include <set>

#include "engine/sql/type_name.h"
#include "planner/hints/apply_hints.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

// The columns of a place, and of the place opposite, that hold the same thing.
using Pairs = std::vector<std::pair<const Column*, const Column*>>;

bool has_equality(const std::string& type) {
  static const std::set<std::string> without = {"json", "xml",     "point",  "line", "lseg",
                                                "path", "polygon", "circle", "box",  "txid_snapshot"};
  return without.count(parse_type(type).base) == 0;
}

bool comparable(const Column& a, const Column& b) { return a.type == b.type || compare_alike(a.type, b.type); }

Name name_of_place(const Place& p) { return {p.schema, p.table}; }

Pairs pairs_of(const Place& from, const Table& source, const Place& to, const Table& target) {
  Pairs out;
  const bool by_position = from.columns.size() == to.columns.size();
  for (std::size_t i = 0; i < from.columns.size(); ++i) {
    const std::string& name = from.columns[i];
    if (!by_position && std::find(to.columns.begin(), to.columns.end(), name) == to.columns.end()) continue;
    const Column* a = find_named(source.columns, name);
    const Column* b = find_named(target.columns, by_position ? to.columns[i] : name);
    if (comparable(*a, *b)) out.emplace_back(a, b);
  }
  return out;
}

// Where the destination leads back to the source, a row is found again by that key.
Pairs key_pairs(const Name& from, const Table& source, const Table& target) {
  for (const auto& fk : target.foreign_keys) {
    if (fk.references() != from) continue;
    Pairs out;
    for (std::size_t i = 0; i < fk.columns.size(); ++i) {
      const Column* a = find_named(source.columns, fk.referenced_columns[i]);
      const Column* b = find_named(target.columns, fk.columns[i]);
      if (a != nullptr && b != nullptr && comparable(*a, *b)) out.emplace_back(a, b);
    }
    return out;
  }
  return {};
}

Sql value(const Column& c) { return has_equality(c.type) ? Sql("{}", Ident{c.name}) : Sql("{}::text", Ident{c.name}); }

// `"a" IS NULL`, or `IS NOT NULL`, of each.
std::vector<Sql> each_is(const std::vector<std::string>& columns, const Sql& what) {
  std::vector<Sql> out;
  out.reserve(columns.size());
  for (const auto& c : columns) {
    Sql condition("{} IS {}", Ident{c}, what);
    out.push_back(std::move(condition));
  }
  return out;
}

Sql any_value(const std::vector<std::string>& columns) { return Sql::list(each_is(columns, "NOT NULL"), " OR "); }

class Mover {
 public:
  Mover(const MoveHint& hint, const Schema& destination, const Schema& origin)
      : hint_(hint), to_(destination), from_(origin) {}

  std::string name() const {
    if (hint_.name) return *hint_.name;
    std::string out = "move";
    for (const auto& p : hint_.from) out.append("-").append(p.table);
    if (within_one_table()) {
      for (const auto& c : hint_.from.front().columns) out.append("-").append(c);
      return out;
    }
    out += "-to";
    for (const auto& p : hint_.to) out.append("-").append(p.table);
    return out;
  }

  bool find_problems(std::vector<Conflict>& out) const {
    const std::size_t before = out.size();
    const auto refuse = [&](const std::string& problem, std::vector<std::string> path) {
      out.push_back({ConflictKind::bad_hint, "Cannot move values as " + q(name()) + ": " + problem,
                     "A move leads from columns of the origin to columns of the destination.",
                     "Correct the names, or leave the hint out.", std::move(path)});
    };
    const auto check = [&](const Place& p, const Schema& schema, const std::string& side) {
      const Table* t = schema.find_table(name_of_place(p));
      if (t == nullptr) return refuse("the " + side + " has no table " + q(p.table), {p.schema, p.table});
      if (p.columns.empty()) refuse("no columns of " + q(p.table) + " are named", {p.schema, p.table});
      for (const auto& c : p.columns) {
        if (find_named(t->columns, c) != nullptr) continue;
        refuse("the " + side + " has no column " + q(p.table) + "." + q(c), {p.schema, p.table, c});
      }
    };
    if (hint_.from.empty() || hint_.to.empty()) refuse("it needs both from and to", {});
    if (hint_.name && hint_.name->empty()) refuse("its name is empty", {});
    for (const auto& p : hint_.from) check(p, from_, "origin");
    for (const auto& p : hint_.to) check(p, to_, "destination");
    return out.size() > before;
  }

  Move planned() const {
    Move out;
    out.transform.name = name();
    TransformCheck& check = out.transform.check.emplace();
    if (within_one_table()) {
      out.fills = new_required_columns();
      check.query = TransformQuery{unfilled(out.fills).text(), {}};
    } else if (const Sql query = lost(); !query.empty()) {
      check.query = TransformQuery{query.text(), {}};
    }
    return out;
  }

 private:
  bool within_one_table() const {
    return hint_.from.size() == 1 && hint_.to.size() == 1 &&
           name_of_place(hint_.from.front()) == name_of_place(hint_.to.front());
  }
  const Table& source(const Place& p) const { return *from_.find_table(name_of_place(p)); }
  const Table& target(const Place& p) const { return *to_.find_table(name_of_place(p)); }

  // New columns of the one table that would be given a backfill each.
  std::vector<std::vector<std::string>> new_required_columns() const {
    const Place& p = hint_.to.front();
    std::vector<std::vector<std::string>> out;
    for (const auto& name : p.columns) {
      const Column& c = *find_named(target(p).columns, name);
      if (!fills_itself(c) && find_named(source(p).columns, name) == nullptr) out.push_back({p.schema, p.table, name});
    }
    return out;
  }

  // Rows whose required columns are empty; where none is required, rows with values that went nowhere.
  Sql unfilled(const std::vector<std::vector<std::string>>& required) const {
    std::vector<std::string> names;
    names.reserve(required.size());
    for (const auto& path : required) names.push_back(path.back());
    if (!names.empty()) return rows_where(Sql::list(each_is(names, "NULL"), " OR "));
    return rows_where(Sql("({}) AND {}", any_value(hint_.from.front().columns),
                          Sql::list(each_is(hint_.to.front().columns, "NULL"), " AND ")));
  }
  Sql rows_where(const Sql& condition) const {
    return {"SELECT 1 FROM {} WHERE {} LIMIT 1", name_of_place(hint_.from.front()), condition};
  }

  // The values of every source that no destination holds; nothing where that cannot be asked.
  Sql lost() const {
    std::vector<Sql> queries;
    queries.reserve(hint_.from.size());
    for (const auto& p : hint_.from) {
      const Sql query = lost_of(p);
      if (query.empty()) return {};
      queries.push_back(query);
    }
    if (queries.size() == 1) return queries.front();
    for (auto& query : queries) query = Sql("({})", query);
    return Sql::list(queries, " UNION ALL ");
  }

  // EXCEPT takes NULLs for equal, and does not compare every row with every other.
  Sql lost_of(const Place& from) const {
    std::vector<Pairs> opposite;
    opposite.reserve(hint_.to.size());
    for (const auto& to : hint_.to) {
      Pairs pairs = key_pairs(name_of_place(from), source(from), target(to));
      for (const auto& p : pairs_of(from, source(from), to, target(to))) {
        if (std::find(pairs.begin(), pairs.end(), p) == pairs.end()) pairs.push_back(p);
      }
      opposite.push_back(std::move(pairs));
    }
    std::vector<const Column*> asked;
    std::vector<std::string> moved;
    for (const auto& [a, b] : opposite.front()) {
      const auto has = [c = a](const Pairs& pairs) {
        return std::any_of(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == c; });
      };
      if (!std::all_of(opposite.begin(), opposite.end(), has)) continue;
      asked.push_back(a);
      if (std::find(from.columns.begin(), from.columns.end(), a->name) != from.columns.end()) {
        moved.push_back(a->name);
      }
    }
    if (moved.empty()) return {};
    std::vector<Sql> found;
    found.reserve(opposite.size());
    for (std::size_t i = 0; i < opposite.size(); ++i) {
      std::vector<const Column*> columns;
      columns.reserve(asked.size());
      for (const Column* c : asked) {
        columns.push_back(
            std::find_if(opposite[i].begin(), opposite[i].end(), [&](const auto& p) { return p.first == c; })->second);
      }
      found.push_back(select(columns, name_of_place(hint_.to[i])));
    }
    const Sql held = found.size() == 1 ? found.front() : Sql("({})", Sql::list(found, " UNION ALL "));
    return {"{} WHERE {} EXCEPT {} LIMIT 1", select(asked, name_of_place(from)), any_value(moved), held};
  }

  static Sql select(const std::vector<const Column*>& columns, const Name& table) {
    std::vector<Sql> values;
    values.reserve(columns.size());
    for (const Column* c : columns) values.push_back(value(*c));
    return {"SELECT {} FROM {}", Sql::list(values), table};
  }

  const MoveHint& hint_;
  const Schema &to_, &from_;
};

}  // namespace

std::optional<Move> plan_move(const MoveHint& hint, const Schema& destination, const Schema& origin,
                              std::vector<Conflict>& conflicts) {
  const Mover mover(hint, destination, origin);
  if (mover.find_problems(conflicts)) return {};
  return mover.planned();
}

}  // namespace plinth
