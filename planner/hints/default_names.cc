#include "planner/hints/default_names.h"

#include "engine/names.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/tables/rename_table.h"

#include <map>
#include <set>

namespace plinth {
namespace {

using Names = std::vector<std::string>;

// Where the name must be free: keys are relations of the schema and constraints of the table.
enum class Part { key, index, of_table };

// Something of a table that has a name, and the name that it has by default.
struct NamedPart {
  Part part;
  std::string name, fallback;
};

std::vector<NamedPart> parts_of(const Table& t) {
  std::vector<NamedPart> out;
  if (t.primary_key) out.push_back({Part::key, t.primary_key->name, default_name(t.name, {}, "pkey")});
  for (const auto& u : t.uniques) out.push_back({Part::key, u.name, default_name(t.name, u.columns, "key")});
  for (const auto& fk : t.foreign_keys) {
    out.push_back({Part::of_table, fk.name, default_name(t.name, fk.columns, "fkey")});
  }
  for (const auto& i : t.indexes) {
    if (const Names columns = CreateIndex::columns_of(i); !columns.empty()) {
      out.push_back({Part::index, i.name, default_name(t.name, columns, "idx")});
    }
  }
  return out;
}

// The tables that renames touch, by the names that they end with, and those that they began with.
std::map<Name, Name> touched(const std::vector<Operation>& renames) {
  std::map<Name, Name> out;
  const auto origin = [&](const Name& now) {
    const auto it = out.find(now);
    return it != out.end() ? it->second : now;
  };
  for (const auto& op : renames) {
    if (const auto* table = get_if<RenameTable>(&op)) {
      const Name from{table->schema, table->from_name};
      const Name first = origin(from);
      out.erase(from);
      out[{table->schema, table->to_name}] = first;
    } else if (const auto* column = get_if<RenameColumn>(&op)) {
      const Name on{column->schema, column->table};
      out.try_emplace(on, on);
    }
  }
  return out;
}

struct Renaming {
  Name table;
  Part part;
  std::string from, to;
  Operation to_name(const std::string& name) const {
    if (part == Part::index) return RenameIndex{table.schema, table.name, from, name};
    return RenameConstraint{table.schema, table.name, from, name};
  }
};

std::vector<Renaming> wanted(const Schema& before, const std::vector<Operation>& renames, const Schema& after,
                             const Schema& destination) {
  std::vector<Renaming> out;
  for (const auto& [now, was] : touched(renames)) {
    const Table *old_table = before.find_table(was), *table = after.find_table(now);
    if (old_table == nullptr || table == nullptr) continue;
    std::set<std::string> by_default, chosen;
    for (const auto& p : parts_of(*old_table)) {
      if (p.name == p.fallback) by_default.insert(p.name);
    }
    const Table* goal = destination.find_table(now);
    for (const auto& p : goal != nullptr ? parts_of(*goal) : std::vector<NamedPart>()) chosen.insert(p.name);
    for (const auto& p : parts_of(*table)) {
      const bool follows = by_default.count(p.name) > 0 && chosen.count(p.name) == 0 && p.name != p.fallback;
      if (follows) out.push_back({now, p.part, p.name, p.fallback});
    }
  }
  return out;
}

// Who has a name: relations share those of their schema, constraints those of their table.
class Taken {
 public:
  explicit Taken(const Schema& schema) {
    for (const auto& n : schema.namespaces) {
      for (const auto& t : n.tables) note(n.name, t);
      for (const auto& v : n.views) relations_.insert({n.name, v.name});
      for (const auto& s : n.sequences) relations_.insert({n.name, s.name});
    }
  }
  bool holds(const Renaming& r, const std::string& name) const {
    if (r.part != Part::of_table && relations_.count({r.table.schema, name}) > 0) return true;
    return r.part != Part::index && of_tables_.count({r.table.schema, r.table.name, name}) > 0;
  }
  void rename(const Renaming& r, const std::string& name) {
    if (r.part != Part::of_table && relations_.erase({r.table.schema, r.from}) > 0) {
      relations_.insert({r.table.schema, name});
    }
    if (r.part != Part::index && of_tables_.erase({r.table.schema, r.table.name, r.from}) > 0) {
      of_tables_.insert({r.table.schema, r.table.name, name});
    }
  }

 private:
  void note(const std::string& schema, const Table& t) {
    relations_.insert({schema, t.name});
    const auto constraint = [&](const std::string& name) { of_tables_.insert({schema, t.name, name}); };
    const auto key = [&](const std::string& name) {
      relations_.insert({schema, name});
      constraint(name);
    };
    if (t.primary_key) key(t.primary_key->name);
    for (const auto& u : t.uniques) key(u.name);
    for (const auto& i : t.indexes) relations_.insert({schema, i.name});
    for (const auto& c : t.checks) constraint(c.name);
    for (const auto& fk : t.foreign_keys) constraint(fk.name);
  }
  std::set<Name> relations_;
  std::set<std::vector<std::string>> of_tables_;
};

class Renamer {
 public:
  Renamer(std::vector<Renaming> open, Schema& schema) : open_(std::move(open)), schema_(schema), taken_(schema) {}

  // Each goes when its name is free; a circle is opened by one that steps aside. What waits for a stranger stays.
  std::vector<Operation> run() {
    while (!open_.empty()) {
      const auto ready =
          std::find_if(open_.begin(), open_.end(), [&](const Renaming& r) { return !taken_.holds(r, r.to); });
      if (ready != open_.end()) {
        rename(*ready, ready->to);
        open_.erase(ready);
      } else if (Renaming* one = one_of_a_circle()) {
        const std::string aside = name_aside(one->from, [&](const std::string& n) { return taken_.holds(*one, n); });
        rename(*one, aside);
        one->from = aside;
      } else {
        break;
      }
    }
    return std::move(out_);
  }

 private:
  void rename(const Renaming& r, const std::string& name) {
    taken_.rename(r, name);
    Operation op = r.to_name(name);
    plinth::apply(op, schema_);
    out_.push_back(std::move(op));
  }
  Renaming* holder(const Renaming& r) {
    const auto it = std::find_if(open_.begin(), open_.end(), [&](const Renaming& other) {
      return other.table.schema == r.table.schema && other.from == r.to && other.part == r.part;
    });
    return it != open_.end() ? &*it : nullptr;
  }
  Renaming* one_of_a_circle() {
    for (auto& r : open_) {
      Renaming* at = &r;
      for (std::size_t steps = 0; at != nullptr && steps < open_.size(); ++steps) {
        at = holder(*at);
        if (at == &r) return at;
      }
    }
    return nullptr;
  }

  std::vector<Renaming> open_;
  Schema& schema_;
  Taken taken_;
  std::vector<Operation> out_;
};

}  // namespace

std::vector<Operation> follow_default_names(const Schema& before, const std::vector<Operation>& renames,
                                            const Schema& destination, Schema& after) {
  return Renamer(wanted(before, renames, after, destination), after).run();
}

}  // namespace plinth
