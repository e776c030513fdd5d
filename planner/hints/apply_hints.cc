#include "planner/hints/apply_hints.h"

#include <map>
#include <set>

#include "engine/names.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/rename_enum_value.h"
#include "engine/ops/types/rename_type.h"
#include "planner/hints/default_names.h"

namespace plinth {
namespace {

struct Wish {
  std::string from, to;
  const Hint* hint = nullptr;
  const DerivedHint* derived = nullptr;
};
using Wishes = std::vector<Wish>;

// Things that share one space of names: the tables of a schema, the columns of a table.
struct Scope {
  std::string what;  // `table`
  std::string of;    // ` of "users"`, or nothing
  std::vector<std::string> path;
  std::set<std::string> before, after;
  std::set<std::string> others;   // names that a temporary one must leave alone as well
  std::set<std::string> foreign;  // names of the destination that the contract leaves to somebody else
  std::string absent;             // what is missing of the place itself, or nothing
};

struct Problem {
  std::string what, why, fix;
};

Problem same_name() { return {"it is the same name", "A hint gives a thing another name.", "Leave the hint out."}; }
Problem too_long(const std::string& name) {
  return {q(name) + " has " + std::to_string(name.size()) + " bytes", "Postgres keeps 63 bytes of a name.",
          "Shorten the name in the contract, and name the same one here."};
}
Problem not_there(const std::string& problem) {
  return {problem, "A hint says which thing of the origin becomes which thing of the destination.",
          "Correct the name, or leave the hint out."};
}
Problem not_ours(const std::string& name) {
  return {q(name) + " is looked after by somebody else", "The contract says so, as its control.",
          "Rename it where it is looked after."};
}
Problem still_wanted(const std::string& name) {
  return {"the destination names " + q(name) + " too", "Both are wanted, so one cannot become the other.",
          "Leave the hint out, or say with another hint what becomes " + q(name) + "."};
}
Problem taken(const std::string& name) {
  return {"the origin has " + q(name) + " already", "Two things cannot have one name.",
          "Leave the hint out, or say with another hint what " + q(name) + " becomes."};
}
Problem twice(const std::string& other) { return {other, "Two hints contradict each other.", "Keep one of them."}; }

// The old and the new names of all renames of a scope.
struct Renamed {
  std::set<std::string> from, to;
  explicit Renamed(const Wishes& wishes) {
    for (const auto& w : wishes) {
      from.insert(w.from);
      to.insert(w.to);
    }
  }
};

std::optional<Problem> problem_of(const Scope& s, const Wish& w, const Renamed& renamed) {
  constexpr std::size_t longest = 63;
  if (!s.absent.empty()) return not_there(s.absent);
  if (w.from == w.to) return same_name();
  for (const auto* name : {&w.from, &w.to}) {
    if (name->size() > longest) return too_long(*name);
  }
  if (s.before.count(w.from) == 0) return not_there("the origin has no " + s.what + " " + q(w.from));
  if (s.after.count(w.to) == 0) return not_there("the destination has no " + s.what + " " + q(w.to));
  if (s.foreign.count(w.to) > 0) return not_ours(w.to);
  if (s.after.count(w.from) > 0 && renamed.to.count(w.from) == 0) return still_wanted(w.from);
  if (s.before.count(w.to) > 0 && renamed.from.count(w.to) == 0) return taken(w.to);
  return {};
}

class Guide {
 public:
  Guide(const Schema& destination, Schema& origin) : to_(destination), from_(origin) {}

  void collect(const Hint& hint, const DerivedHint* derived) {
    std::visit(
        [&]<class T>(const T& h) {
          if constexpr (std::is_same_v<T, RenameTableHint>) {
            add(tables_[h.schema], {h.from, h.to, &hint, derived});
          } else if constexpr (std::is_same_v<T, RenameColumnHint>) {
            add(columns_[{h.schema, h.table}], {h.from, h.to, &hint, derived});
          } else if constexpr (std::is_same_v<T, RenameEnumHint>) {
            add(enums_[h.schema], {h.from, h.to, &hint, derived});
          } else if constexpr (std::is_same_v<T, RenameEnumValueHint>) {
            add(values_[{h.schema, h.type}], {h.from, h.to, &hint, derived});
          } else {
            moves_.push_back(&h);
          }
        },
        hint);
  }

  HintedOrigin follow() {
    for (const auto& [schema, wishes] : enums_) {
      follow(of_namespace<Enum>("enum type", schema, &Namespace::enums), wishes,
             [&s = schema](const auto& from, const auto& to) {
               return RenameType{s, from, to};
             });
    }
    for (const auto& [type, wishes] : values_) {
      follow(of_values(type), wishes, [&t = type](const auto& from, const auto& to) {
        return RenameEnumValue{t.schema, t.name, from, to};
      });
    }
    for (const auto& [schema, wishes] : tables_) {
      follow(of_namespace<Table>("table", schema, &Namespace::tables), wishes,
             [&s = schema](const auto& from, const auto& to) {
               return RenameTable{s, from, to};
             });
    }
    for (const auto& [table, wishes] : columns_) {
      follow(of_columns(table), wishes, [&t = table](const auto& from, const auto& to) {
        return RenameColumn{t.schema, t.name, from, to};
      });
    }
    move();
    return std::move(out_);
  }

 private:
  // Saying a thing twice does no harm.
  static void add(Wishes& wishes, Wish wish) {
    const auto is_same = [&](const Wish& w) { return w.from == wish.from && w.to == wish.to; };
    if (std::none_of(wishes.begin(), wishes.end(), is_same)) wishes.push_back(std::move(wish));
  }

  void refuse(const Scope& s, const Wish& w, Problem problem) {
    std::vector<std::string> path = s.path;
    path.push_back(w.from);
    out_.conflicts.push_back(
        {ConflictKind::bad_hint,
         "Cannot rename " + s.what + " " + q(w.from) + s.of + " to " + q(w.to) + ": " + problem.what,
         std::move(problem.why), std::move(problem.fix), std::move(path)});
  }

  template <class Node>
  Scope of_namespace(const std::string& what, const std::string& schema, std::vector<Node> Namespace::*nodes) const {
    Scope s{what, {}, {schema}, {}, {}, {}, {}, {}};
    const Namespace *before = from_.find_namespace(schema), *after = to_.find_namespace(schema);
    if (before == nullptr) s.absent = "the origin has no schema " + q(schema);
    if (after == nullptr) s.absent = "the destination has no schema " + q(schema);
    if (!s.absent.empty()) return s;
    for (const auto& n : before->*nodes) s.before.insert(n.name);
    for (const auto& t : before->tables) s.others.insert(t.name);  // relations and types share their names
    for (const auto& v : before->views) s.others.insert(v.name);
    for (const auto& o : before->sequences) s.others.insert(o.name);
    for (const auto& e : before->enums) s.others.insert(e.name);
    for (const auto& n : after->*nodes) {
      s.after.insert(n.name);
      if (n.control != Control::managed) s.foreign.insert(n.name);
    }
    return s;
  }

  template <class Node>
  static void find_absent(Scope& s, const std::string& what, const std::string& name, const Node* before,
                          const Node* after) {
    if (before == nullptr) s.absent = "the origin has no " + what + " " + q(name);
    if (after == nullptr) s.absent = "the destination has no " + what + " " + q(name);
  }

  Scope of_values(const Name& type) const {
    Scope s{"value", " of enum type " + q(type.name), {type.schema, type.name}, {}, {}, {}, {}, {}};
    const Enum *before = from_.find_enum(type), *after = to_.find_enum(type);
    find_absent(s, "enum type", type.name, before, after);
    if (!s.absent.empty()) return s;
    s.before.insert(before->values.begin(), before->values.end());
    s.after.insert(after->values.begin(), after->values.end());
    if (after->control != Control::managed) s.foreign = s.after;
    return s;
  }

  Scope of_columns(const Name& table) const {
    Scope s{"column", " of " + q(table.name), {table.schema, table.name}, {}, {}, {}, {}, {}};
    const Table *before = from_.find_table(table), *after = to_.find_table(table);
    find_absent(s, "table", table.name, before, after);
    if (!s.absent.empty()) return s;
    for (const auto& c : before->columns) s.before.insert(c.name);
    for (const auto& c : after->columns) s.after.insert(c.name);
    if (after->control != Control::managed) s.foreign = s.after;
    return s;
  }

  // A derived hint must not turn one type into another.
  bool keeps_type(const Scope& s, const Wish& w) const {
    if (s.what != "column") return true;
    const Name table{s.path[0], s.path[1]};
    return find_named(from_.find_table(table)->columns, w.from)->type ==
           find_named(to_.find_table(table)->columns, w.to)->type;
  }

  // Those that can be followed; what speaks against a given one is a conflict.
  Wishes sound(const Scope& s, const Wishes& wishes) {
    Wishes given, kept;
    std::map<std::string, const Wish*> by_from, by_to;
    for (const auto& w : wishes) {
      if (!by_from.try_emplace(w.from, &w).second) {
        if (w.derived == nullptr) refuse(s, w, twice("another hint renames it to " + q(by_from[w.from]->to)));
      } else if (!by_to.try_emplace(w.to, &w).second) {
        if (w.derived == nullptr) refuse(s, w, twice("another hint gives that name to " + q(by_to[w.to]->from)));
      } else {
        given.push_back(w);
      }
    }
    // What leans on a derived rename goes with it.
    for (std::size_t before = given.size() + 1; given.size() < before;) {
      before = given.size();
      std::erase_if(given, [&, wished = Renamed(given)](const Wish& w) {
        return w.derived != nullptr && (problem_of(s, w, wished) || !keeps_type(s, w));
      });
    }
    const Renamed renamed(given);
    for (const auto& w : given) {
      if (auto problem = problem_of(s, w, renamed)) {
        refuse(s, w, std::move(*problem));
      } else {
        kept.push_back(w);
      }
    }
    return kept;
  }

  template <class Make>
  void follow(const Scope& s, const Wishes& wishes, Make make) {
    const Wishes kept = sound(s, wishes);
    std::map<std::string, const Wish*> by_from;
    for (const auto& w : kept) by_from.emplace(w.from, &w);
    std::set<std::string> done;
    for (const auto& w : kept) {
      if (done.count(w.from) > 0) continue;
      // What stands in the way of a rename goes first.
      std::vector<const Wish*> chain = {&w};
      done.insert(w.from);
      auto next = by_from.find(w.to);
      while (next != by_from.end() && done.insert(next->first).second) {
        chain.push_back(next->second);
        next = by_from.find(next->second->to);
      }
      const bool circle = next != by_from.end() && chain.back()->to == w.from;
      std::string first = w.from;
      if (circle) {
        first = name_aside(
            w.from, [&](const std::string& n) { return s.before.count(n) + s.after.count(n) + s.others.count(n) > 0; });
        rename(make(w.from, first));
      }
      for (auto step = chain.rbegin(); step != chain.rend(); ++step) {
        rename(make(*step == &w ? first : (*step)->from, (*step)->to));
      }
    }
    for (const auto& w : kept) tell(s, w);
  }

  void rename(Operation op) {
    plinth::apply(op, from_);
    out_.renames.push_back(std::move(op));
  }

  void tell(const Scope& s, const Wish& w) {
    if (w.derived == nullptr) return;
    std::vector<std::string> path = s.path;
    path.push_back(w.from);
    out_.warnings.push_back({WarningCode::renamed_by_mapping,
                             s.what + " " + q(w.from) + s.of + " is renamed to " + q(w.to) + ": " + w.derived->reason,
                             std::move(path),
                             {},
                             *w.hint});
  }

  void move() {
    std::set<std::string> seen;
    for (const MoveHint* hint : moves_) {
      auto planned = plan_move(*hint, to_, from_, out_.conflicts);
      if (!planned) continue;
      const std::string& name = planned->transform.name;
      if (!seen.insert(name).second) {
        out_.conflicts.push_back({ConflictKind::bad_hint,
                                  "Two moves are named " + q(name),
                                  "A slot is filled by the name of its transform.",
                                  "Give one of them another name.",
                                  {name}});
        continue;
      }
      out_.moves.push_back(std::move(*planned));
    }
  }

  const Schema& to_;
  Schema& from_;
  std::map<std::string, Wishes> enums_, tables_;
  std::map<Name, Wishes> values_, columns_;
  std::vector<const MoveHint*> moves_;
  HintedOrigin out_;
};

}  // namespace

HintedOrigin apply_hints(const std::vector<Hint>& hints, const std::vector<DerivedHint>& derived,
                         const Schema& destination, Schema& origin) {
  if (hints.empty() && derived.empty()) return {};
  Guide g(destination, origin);
  for (const auto& h : hints) g.collect(h, nullptr);
  for (const auto& d : derived) g.collect(d.hint, &d);
  Schema before = origin;
  HintedOrigin out = g.follow();
  if (out.renames.empty()) return out;
  std::vector<Operation> more = follow_default_names(before, out.renames, destination, origin);
  std::move(more.begin(), more.end(), std::back_inserter(out.renames));
  out.origin = std::move(before);
  return out;
}

}  // namespace plinth
