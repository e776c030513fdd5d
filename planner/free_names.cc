#include "planner/free_names.h"

#include <map>
#include <unordered_map>

#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

enum class Space { relations, types };

// Who has a name. Keys and indexes have a table as well.
enum class Holder { table, index, key, type };

struct Held {
  Holder holder = Holder::table;
  Name table;
};
struct Made {
  Space space = Space::relations;
  Name name;
};

struct Makes {
  std::vector<Made> operator()(const CreateTable& o) const {
    std::vector<Made> out = both({o.schema, o.definition.name});
    // The server finds a free name for a key that has none of its own.
    const auto& key = o.definition.primary_key;
    if (key && key->named) out.push_back(relation(o.schema, o.definition.primary_key->name));
    return out;
  }
  std::vector<Made> operator()(const RenameTable& o) const { return both({o.schema, o.to_name}); }
  std::vector<Made> operator()(const AddPrimaryKey& o) const { return {relation(o.schema, o.definition.name)}; }
  std::vector<Made> operator()(const AddUnique& o) const { return {relation(o.schema, o.definition.name)}; }
  std::vector<Made> operator()(const CreateIndex& o) const { return {relation(o.schema, o.definition.name)}; }
  std::vector<Made> operator()(const RenameIndex& o) const { return {relation(o.schema, o.to_name)}; }
  std::vector<Made> operator()(const CreateEnumType& o) const { return {{Space::types, {o.schema, o.type_name}}}; }
  std::vector<Made> operator()(const RenameType& o) const { return {{Space::types, {o.schema, o.to_name}}}; }
  template <class Kind>
  std::vector<Made> operator()(const Kind&) const {
    return {};
  }
  static Made relation(const std::string& schema, const std::string& name) {
    return {Space::relations, {schema, name}};
  }
  static std::vector<Made> both(const Name& name) { return {{Space::relations, name}, {Space::types, name}}; }
};

// When the name of something becomes free; `path` is that of the table for what goes with it.
std::vector<std::string> path_of(const Held& held, const Name& name) {
  switch (held.holder) {
    case Holder::table: return {name.schema, name.name};
    case Holder::type: return {name.schema, name.name, "type"};
    case Holder::index:
    case Holder::key: return {held.table.schema, held.table.name, name.name};
  }
  return {};
}

struct EndedPath {
  using Path = std::vector<std::string>;
  Path operator()(const DropTable& o) const { return {o.schema, o.table}; }
  Path operator()(const RenameTable& o) const { return {o.schema, o.from_name}; }
  Path operator()(const DropConstraint& o) const { return {o.schema, o.table, o.constraint_name}; }
  Path operator()(const RenameConstraint& o) const { return {o.schema, o.table, o.from_name}; }
  Path operator()(const DropIndex& o) const { return {o.schema, o.table, o.index_name}; }
  Path operator()(const RenameIndex& o) const { return {o.schema, o.table, o.from_name}; }
  Path operator()(const DropEnumType& o) const { return {o.schema, o.type_name, "type"}; }
  Path operator()(const RenameType& o) const { return {o.schema, o.from_name, "type"}; }
  template <class Kind>
  Path operator()(const Kind&) const {
    return {};
  }
};

class Names {
 public:
  explicit Names(const Schema& actual) {
    for (const auto& n : actual.namespaces) {
      for (const auto& e : n.enums) types_.emplace(key({n.name, e.name}), Held{Holder::type, {}});
      for (const auto& t : n.tables) note(n.name, t);
    }
  }
  const Held* find(const Made& made) const {
    const auto& space = made.space == Space::relations ? relations_ : types_;
    const auto it = space.find(key(made.name));
    return it != space.end() ? &it->second : nullptr;
  }

 private:
  static std::string key(const Name& n) { return n.schema + '\0' + n.name; }
  void note(const std::string& schema, const Table& t) {
    const Name table{schema, t.name};
    relations_.emplace(key(table), Held{Holder::table, {}});
    types_.emplace(key(table), Held{Holder::table, {}});
    if (t.primary_key) relations_.emplace(key({schema, t.primary_key->name}), Held{Holder::key, table});
    for (const auto& u : t.uniques) relations_.emplace(key({schema, u.name}), Held{Holder::key, table});
    for (const auto& i : t.indexes) relations_.emplace(key({schema, i.name}), Held{Holder::index, table});
  }
  std::unordered_map<std::string, Held> relations_, types_;
};

// When things end: by path, the phase and the rank.
class Ends {
 public:
  explicit Ends(const std::vector<Planned>& operations) {
    for (const auto& p : operations) {
      auto path = std::visit(EndedPath{}, p.operation);
      if (!path.empty()) at_.emplace(std::move(path), std::pair(p.phase, p.rank));
    }
  }
  std::optional<std::pair<Phase, int>> of(const Held& held, const Name& name) const {
    auto it = at_.find(path_of(held, name));
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
void follow(Draft& d, const Held& held, const Name& old, const std::string& now) {
  for (auto& p : d.operations) {
    if (auto* drop = std::get_if<DropTable>(&p.operation)) {
      if (held.holder == Holder::table && drop->on() == old) drop->table = now;
    } else if (auto* constraint = std::get_if<DropConstraint>(&p.operation)) {
      if (held.holder == Holder::table && constraint->on() == old) constraint->table = now;
      if (held.holder == Holder::key && constraint->on() == held.table && constraint->constraint_name == old.name) {
        constraint->constraint_name = now;
      }
    } else if (auto* index = std::get_if<DropIndex>(&p.operation)) {
      if (held.holder == Holder::index && index->on() == held.table && index->index_name == old.name) {
        index->index_name = now;
      }
    } else if (auto* renamed = std::get_if<RenameIndex>(&p.operation)) {
      if (held.holder == Holder::index && Name{renamed->schema, renamed->table} == held.table &&
          renamed->from_name == old.name) {
        renamed->from_name = now;
      }
    } else if (auto* renamed_key = std::get_if<RenameConstraint>(&p.operation)) {
      if (held.holder == Holder::key && Name{renamed_key->schema, renamed_key->table} == held.table &&
          renamed_key->from_name == old.name) {
        renamed_key->from_name = now;
      }
    } else if (auto* type = std::get_if<DropEnumType>(&p.operation)) {
      if (held.holder == Holder::type && type->schema == old.schema && type->type_name == old.name)
        type->type_name = now;
    }
  }
}

Operation move_away(const Held& held, const Name& old, const std::string& now) {
  switch (held.holder) {
    case Holder::table: return RenameTable{old.schema, old.name, now};
    case Holder::type: return RenameType{old.schema, old.name, now};
    case Holder::key: return RenameConstraint{held.table.schema, held.table.name, old.name, now};
    case Holder::index: break;
  }
  return RenameIndex{held.table.schema, held.table.name, old.name, now};
}

constexpr const char* another_name = "Give the new object another name.";

struct Need {
  Made made;
  Phase phase;
  int rank;
};

std::vector<Need> needs_of(const Draft& d, const Names& names) {
  std::vector<Need> out;
  for (const auto& p : d.operations) {
    for (auto& m : std::visit(Makes{}, p.operation)) out.push_back({std::move(m), p.phase, p.rank});
    const auto* renamed = std::get_if<RenameConstraint>(&p.operation);
    if (renamed == nullptr) continue;
    const Held* held = names.find(Makes::relation(renamed->schema, renamed->from_name));
    const bool is_key =
        held != nullptr && held->holder == Holder::key && held->table == Name{renamed->schema, renamed->table};
    if (is_key) out.push_back({Makes::relation(renamed->schema, renamed->to_name), p.phase, p.rank});
  }
  return out;
}

bool is_read_by_transform(const Draft& d, const Name& table) {
  const std::string name = Sql("{}", table).text();
  return std::any_of(d.operations.begin(), d.operations.end(), [&](const Planned& p) {
    const auto* transform = std::get_if<DataTransform>(&p.operation);
    return transform != nullptr && transform->check && transform->check->query &&
           transform->check->query->sql.find(name) != std::string::npos;
  });
}

// Renames that hints ask for come before everything else: what has their names must not wait to be dropped.
void refuse_held_names(Draft& d, const Guidance& guidance) {
  if (guidance.renames.empty()) return;
  const Names names(guidance.origin);
  std::set<Name> renamed;
  for (const auto& op : guidance.renames) {
    if (const auto* table = std::get_if<RenameTable>(&op)) renamed.insert({table->schema, table->from_name});
    if (const auto* type = std::get_if<RenameType>(&op)) renamed.insert({type->schema, type->from_name});
  }
  for (const auto& op : guidance.renames) {
    if (!std::holds_alternative<RenameTable>(op) && !std::holds_alternative<RenameType>(op)) continue;
    for (const auto& made : std::visit(Makes{}, op)) {
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

void free_names(Draft& d, const Guidance& guidance) {
  refuse_held_names(d, guidance);
  refuse_names_cut_alike(d);
  const Names names(d.actual);
  const std::vector<Need> needs = needs_of(d, names);
  if (needs.empty()) return;
  const Ends ends(d.operations);
  const Names others(d.options.bystanders != nullptr ? *d.options.bystanders : Schema());
  std::map<std::pair<Space, Name>, int> made;
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
    const Held* held = names.find(need.made);
    if (held == nullptr || moved.count(name) > 0) continue;
    const auto end = ends.of(*held, name);
    if (!end) {
      refuse(d, taken(name, "Something that stays has it.", another_name));
    } else if (held->holder == Holder::table && is_read_by_transform(d, name)) {
      refuse(d, taken(name, "The table that a transform reads has it to the end.", another_name));
    } else if (*end >= std::pair(need.phase, need.rank)) {
      const std::string passing = passing_name(name.name, "__prisma_next_old");
      follow(d, *held, name, passing);
      d.add_in(Phase::rename, move_away(*held, name, passing), -1);
      moved.insert(name);
    }
  }
}

}  // namespace plinth
