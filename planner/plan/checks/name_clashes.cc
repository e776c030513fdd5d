#include "planner/plan/checks/name_clashes.h"

#include <map>
#include <unordered_map>

#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/rename_type.h"

namespace plinth {
namespace {

void note(NameContext& out, const std::string& schema, const Table& t) {
  const Name table{schema, t.name};
  out.relations.emplace(name_key(table), HeldName{NameHolder::table, {}});
  out.types.emplace(name_key(table), HeldName{NameHolder::table, {}});
  const auto holds = [&](const std::string& name, NameHolder holder) {
    out.relations.emplace(name_key({schema, name}), HeldName{holder, table});
  };
  if (t.primary_key) holds(t.primary_key->name, NameHolder::key);
  for (const auto& u : t.uniques) holds(u.name, NameHolder::key);
  for (const auto& i : t.indexes) holds(i.name, NameHolder::index);
}

}  // namespace

NameContext held_names(const Schema& schema) {
  NameContext out;
  for (const auto& n : schema.namespaces) {
    for (const auto& e : n.enums) out.types.emplace(name_key({n.name, e.name}), HeldName{NameHolder::type, {}});
    for (const auto& t : n.tables) note(out, n.name, t);
    for (const auto& s : n.sequences) {
      const SequenceOwner owner = s.owner.value_or(SequenceOwner());
      out.relations.emplace(name_key({n.name, s.name}), HeldName{NameHolder::sequence, owner.on(), owner.column});
    }
    for (const auto& v : n.views) {
      out.relations.emplace(name_key({n.name, v.name}), HeldName{NameHolder::view, {}});
      out.types.emplace(name_key({n.name, v.name}), HeldName{NameHolder::view, {}});
    }
  }
  return out;
}

std::set<Name> names_freed_by(const std::vector<Operation>& renames) {
  std::set<Name> out;
  for (const auto& op : renames) {
    const LineageChange change = lineage_change(op);
    if (change.moved && change.moved->first.size() == 2) out.insert({change.moved->first[0], change.moved->first[1]});
  }
  return out;
}

namespace {

// When the name of something becomes free; `path` is that of the table for what goes with it.
std::vector<std::string> path_of(NameHolder holder, const Name& table, const std::string& schema,
                                 const std::string& name) {
  switch (holder) {
    case NameHolder::table: return {schema, name};
    case NameHolder::type: return {schema, name, "type"};
    case NameHolder::sequence: return {schema, name, "sequence"};
    case NameHolder::view: return {schema, name, "view"};
    case NameHolder::index:
    case NameHolder::key: return {table.schema, table.name, name};
  }
  return {};
}

// When things end: by path, the phase and the rank.
class Ends {
 public:
  explicit Ends(std::vector<Planned>& operations) {
    for (auto& p : operations) {
      const auto freed = freed_name(p.operation);
      if (!freed) continue;
      at_.emplace(path_of(freed->holder, freed->table, freed->table.schema, freed->name), std::pair(p.phase, p.rank));
    }
  }
  std::optional<std::pair<Phase, int>> of(const HeldName& held, const Name& name) const {
    auto it = at_.find(path_of(held.holder, held.table, name.schema, name.name));
    if (it == at_.end()) it = at_.find({held.table.schema, held.table.name});  // with its table
    return it != at_.end() ? std::optional(it->second) : std::nullopt;
  }

 private:
  std::map<std::vector<std::string>, std::pair<Phase, int>> at_;
};

Conflict taken(const Name& name, const std::string& by, std::string fix) {
  return {ConflictKind::unsupported_operation,
          "The name " + q(name.name) + " is needed twice in schema " + q(name.schema),
          by + " Tables, indexes and keys of a schema share their names; so do tables and types.",
          std::move(fix),
          {name.schema, name.name}};
}

// A name is told once, by what is found first.
void refuse(Draft& d, Conflict conflict) {
  const bool told = std::any_of(d.conflicts.begin(), d.conflicts.end(),
                                [&](const Conflict& c) { return c.summary == conflict.summary; });
  if (!told) d.conflicts.push_back(std::move(conflict));
}

// What the plan does to a holder by its old name happens by its new one.
void follow(Draft& d, const HeldName& held, const Name& old, const std::string& now) {
  const bool has_table = held.holder == NameHolder::index || held.holder == NameHolder::key;
  for (auto& p : d.operations) {
    const auto freed = freed_name(p.operation);
    if (!freed) continue;
    const bool on_it = freed->table == old && held.holder == NameHolder::table;
    if (on_it && freed->table_follows != nullptr) *freed->table_follows = now;
    const bool same = freed->holder == held.holder && freed->name == old.name &&
                      (has_table ? freed->table == held.table : freed->table.schema == old.schema);
    if (same && freed->follows != nullptr) *freed->follows = now;
  }
}

// Whether a temporary name can be given to what has a name.
bool is_moved(NameHolder holder) { return holder != NameHolder::sequence && holder != NameHolder::view; }

Operation move_away(const HeldName& held, const Name& old, const std::string& now) {
  switch (held.holder) {
    case NameHolder::table: return RenameTable{old.schema, old.name, now};
    case NameHolder::type: return RenameType{old.schema, old.name, now};
    case NameHolder::key: return RenameConstraint{held.table.schema, held.table.name, old.name, now};
    case NameHolder::index: return RenameIndex{held.table.schema, held.table.name, old.name, now};
    case NameHolder::sequence:
    case NameHolder::view: break;
  }
  throw Error(Code::engine_internal, "there is no temporary name for " + q(old.name));
}

constexpr const char* another_name = "Give the new object another name.";

struct Need {
  TakenName made;
  Phase phase;
  int rank;
};

std::vector<Need> needs_of(const Draft& d, const NameContext& held) {
  std::vector<Need> out;
  for (const auto& p : d.operations) {
    for (auto& m : taken_names(p.operation, held)) out.push_back({std::move(m), p.phase, p.rank});
  }
  return out;
}

bool is_read_by_transform(const Draft& d, const Name& table) {
  const std::string name = Sql("{}", table).text();
  return std::any_of(d.operations.begin(), d.operations.end(), [&](const Planned& p) {
    const auto* transform = get_if<DataTransform>(&p.operation);
    return transform != nullptr && transform->check && transform->check->query &&
           transform->check->query->sql.find(name) != std::string::npos;
  });
}

// Renames that hints ask for come before everything else: what has their names must not wait to be dropped.
void refuse_held_names(Draft& d, const HintedOrigin& hinted) {
  if (hinted.renames.empty()) return;
  const NameContext names = held_names(hinted.origin);
  const std::set<Name> renamed = names_freed_by(hinted.renames);
  for (const auto& op : hinted.renames) {
    if (!holds_alternative<RenameTable>(op) && !holds_alternative<RenameType>(op)) continue;
    for (const auto& made : taken_names(op, names)) {
      if (names.find(made) == nullptr || renamed.count(made.name) > 0) continue;
      refuse(d, taken(made.name, "Something else has it when the rename comes.",
                      "Rename to another name; or drop what has the name in a migration before."));
      break;
    }
  }
}

// Indexes whose names are the same once the server has cut them.
void refuse_names_cut_alike(Draft& d) {
  for (const auto& n : d.expected.namespaces) {
    std::set<std::string_view> seen, told;
    const auto claim = [&](const std::string& name) {
      if (name.size() + 4 <= max_identifier_bytes || seen.insert(name).second || !told.insert(name).second) return;
      refuse(d, taken({n.name, name}, "Two names of the contract are the same in the 63 bytes that the server keeps.",
                      "Give one of the indexes another name."));
    };
    for (const auto& t : n.tables) {
      claim(t.name);
      for (const auto& u : t.uniques) claim(u.name);
      for (const auto& i : t.indexes) claim(i.name);
    }
  }
}

}  // namespace

void resolve_name_clashes(Draft& d, const HintedOrigin& hinted) {
  refuse_held_names(d, hinted);
  refuse_names_cut_alike(d);
  const NameContext names = held_names(d.actual);
  const std::vector<Need> needs = needs_of(d, names);
  if (needs.empty()) return;
  const Ends ends(d.operations);
  const NameContext others = held_names(d.options.unmanaged != nullptr ? *d.options.unmanaged : Schema());
  std::map<std::pair<NameSpace, Name>, int> made;
  std::set<Name> moved;
  for (const auto& need : needs) {
    const Name& name = need.made.name;
    if (++made[{need.made.space, name}] == 2) {
      refuse(d, taken(name, "Two new objects have it.", "Give one of them another name."));
    }
    if (others.find(need.made) != nullptr) {
      refuse(d, taken(name, "Something that the contract does not name has it.", another_name));
      continue;
    }
    const HeldName* held = names.find(need.made);
    if (held == nullptr || moved.count(name) > 0) continue;
    const auto end = ends.of(*held, name);
    if (!end) {
      refuse(d, taken(name, "Something that stays has it.", another_name));
    } else if (held->holder == NameHolder::table && is_read_by_transform(d, name)) {
      refuse(d, taken(name, "The table that a transform reads has it to the end.", another_name));
    } else if (*end >= std::pair(need.phase, need.rank) && !is_moved(held->holder)) {
      refuse(d, taken(name, "What has it is dropped later.", another_name));
    } else if (*end >= std::pair(need.phase, need.rank)) {
      const std::string temporary = temporary_name(name.name, "__prisma_next_old");
      follow(d, *held, name, temporary);
      d.add_in(Phase::rename, move_away(*held, name, temporary), -1);
      moved.insert(name);
    }
  }
}

}  // namespace plinth
