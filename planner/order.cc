#include "planner/order.h"

#include <map>
#include <queue>
#include <set>
#include <unordered_map>

#include "engine/ops/renaming.h"
#include "planner/names.h"

namespace plinth {
namespace {

// Objects by their kind and path. An operation comes after those that make what it needs; one that ends an object comes
// after those that end what leans on it (`releases`), and before one that makes the object anew.
struct Links {
  std::vector<std::string> makes, needs, ends, releases;
};

std::string object(std::string_view kind, const Name& name, std::string_view part = {}) {
  std::string out(kind);
  for (const std::string_view p : {std::string_view(name.schema), std::string_view(name.name), part}) {
    out.append(1, '\0').append(p);
  }
  return out;
}
std::string table_object(const Name& table) { return object("table", table); }
// What is in a table, whatever the table is named: it outlives the references to it.
std::string rows_object(const Name& table) { return object("rows", table); }
std::string column_object(const Name& table, std::string_view column) { return object("column", table, column); }
std::string type_object(std::string_view type) { return object("type", {}, element_type(std::string(type))); }
std::string type_object(const Name& type) { return type_object(user_type_text(type)); }
// Rows told apart by these columns, in any order.
std::string key_object(const Name& table, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  std::string out = object("key", table);
  for (const auto& c : columns) out.append(1, '\0').append(c);
  return out;
}
std::vector<std::string> plain_columns(const Index& i) {
  std::vector<std::string> out;
  for (const auto& k : i.keys) out.push_back(k.column);
  return out;
}

class Linker {
 public:
  Linker(const Schema& actual, const std::vector<Planned>& operations) : actual_(actual) {
    for (const auto& p : operations) {
      const auto* drop = std::get_if<DropConstraint>(&p.operation);
      if (drop != nullptr) cut_.insert({drop->schema, drop->table, drop->constraint_name});
      const auto* add = std::get_if<AddColumn>(&p.operation);
      if (add != nullptr) added_[add->on()].push_back(add->definition.name);
      const auto* rename = std::get_if<RenameTable>(&p.operation);
      if (rename != nullptr) {
        was_.insert({{rename->schema, rename->to_name}, {rename->schema, rename->from_name}});
        now_.insert({{rename->schema, rename->from_name}, {rename->schema, rename->to_name}});
      }
    }
  }

  Links links(const Operation& op) const {
    Links out;
    std::visit([&](const auto& o) { link(out, o); }, op);
    return out;
  }

 private:
  // Kinds whose phase says all there is to say.
  template <class Kind>
  void link(Links&, const Kind&) const {}

  void link(Links& l, const CreateEnumType& o) const { l.makes = {type_object(Name{o.schema, o.type_name})}; }
  void link(Links& l, const DropEnumType& o) const {
    end(l, type_object(Name{o.schema, o.type_name}), actual_.find_enum({o.schema, o.type_name}));
  }
  void link(Links& l, const RenameType& o) const {
    end(l, type_object(Name{o.schema, o.from_name}), actual_.find_enum({o.schema, o.from_name}));
    l.makes = {type_object(Name{o.schema, o.to_name})};
  }
  void link(Links& l, const CreateTable& o) const {
    const Name table{o.schema, o.definition.name};
    l.makes = {table_object(table)};
    for (const auto& c : o.definition.columns) l.needs.push_back(type_object(c.type));
    if (o.definition.primary_key) l.makes.push_back(key_object(table, o.definition.primary_key->columns));
  }
  void link(Links& l, const RenameTable& o) const {
    end(l, table_object({o.schema, o.from_name}), actual_.find_table({o.schema, o.from_name}));
    l.makes = {table_object({o.schema, o.to_name})};
  }
  void link(Links& l, const DropTable& o) const {
    end(l, table_object(o.on()), actual_.find_table(o.on()));
    l.ends.push_back(rows_object(o.on()));
    const Table* t = before(o.on());
    if (t == nullptr) return;
    for (const auto& fk : t->foreign_keys) {
      const bool is_cut = cut_.count({o.schema, o.table, fk.name}) > 0;
      if (!is_cut && now(fk.references()) != o.on()) l.releases.push_back(rows_object(now(fk.references())));
    }
  }
  void link(Links& l, const AddColumn& o) const {
    l.makes = {column_object(o.on(), o.definition.name)};
    l.needs = {table_object(o.on()), type_object(o.definition.type)};
    read_columns(l.needs, o.on(), o.definition, added_.at(o.on()));
  }
  void link(Links& l, const RenameColumn& o) const {
    const Table* t = actual_.find_table({o.schema, o.table});
    l.needs = {table_object({o.schema, o.table})};
    end(l, column_object({o.schema, o.table}, o.from_name),
        t != nullptr ? find_named(t->columns, o.from_name) : nullptr);
    l.makes = {column_object({o.schema, o.table}, o.to_name)};
  }
  void link(Links& l, const DropColumn& o) const {
    l.ends = {column_object(o.on(), o.column)};
    const Table* t = actual_.find_table(o.on());
    const Column* c = t != nullptr ? find_named(t->columns, o.column) : nullptr;
    if (c == nullptr || !c->generated) return;
    std::vector<std::string> others;
    for (const auto& other : t->columns) others.push_back(other.name);
    read_columns(l.releases, o.on(), *c, others);
  }
  void link(Links& l, const AlterColumnType& o) const { l.needs = {type_object(o.type)}; }
  void link(Links& l, const AddPrimaryKey& o) const { l.makes = {key_object(o.on(), o.definition.columns)}; }
  void link(Links& l, const AddUnique& o) const { l.makes = {key_object(o.on(), o.definition.columns)}; }
  void link(Links& l, const CreateIndex& o) const {
    if (o.definition.unique) l.makes = {key_object(o.on(), plain_columns(o.definition))};
  }
  void link(Links& l, const AddForeignKey& o) const {
    l.needs = {table_object(o.definition.references()),
               key_object(o.definition.references(), o.definition.referenced_columns)};
  }
  void link(Links& l, const DropConstraint& o) const {
    const Table* t = before(o.on());
    if (actual_.find_table(o.on()) == nullptr) l.needs = {table_object(o.on())};
    if (t == nullptr) return;
    if (const auto* fk = find_named(t->foreign_keys, o.constraint_name)) {
      const Name to = now(fk->references());
      l.releases = {key_object(to, fk->referenced_columns), rows_object(to)};
    } else if (const auto* u = find_named(t->uniques, o.constraint_name)) {
      l.ends = {key_object(o.on(), u->columns)};
    } else if (t->primary_key && t->primary_key->name == o.constraint_name) {
      l.ends = {key_object(o.on(), t->primary_key->columns)};
    }
  }

  // A table before the plan, by the name that it has or is given.
  const Table* before(const Name& table) const {
    const auto it = was_.find(table);
    return actual_.find_table(it != was_.end() ? it->second : table);
  }
  // The name that the plan gives to a table.
  const Name& now(const Name& table) const {
    const auto it = now_.find(table);
    return it != now_.end() ? it->second : table;
  }

  // What the plan itself has made is needed by whatever ends it.
  static void end(Links& l, std::string object, const void* before) {
    (before != nullptr ? l.ends : l.needs).push_back(std::move(object));
  }
  static void read_columns(std::vector<std::string>& out, const Name& table, const Column& reader,
                           const std::vector<std::string>& columns) {
    if (!reader.generated) return;
    for (const auto& c : columns) {
      if (c != reader.name && mentions(*reader.generated, c)) out.push_back(column_object(table, c));
    }
  }

  const Schema& actual_;
  std::set<std::vector<std::string>> cut_;  // foreign keys that the plan drops by themselves
  std::map<Name, std::vector<std::string>> added_;
  std::map<Name, Name> was_, now_;  // tables that the plan renames: by the new name, by the old one
};

using Positions = std::unordered_map<std::string, std::vector<std::size_t>>;

// Which operation has to wait for which, by position.
class Waiting {
 public:
  Waiting(const std::vector<Planned>& operations, const Linker& linker)
      : next_(operations.size()), blockers_(operations.size(), 0) {
    Positions makes, needs, ends, releases;
    const auto note = [](Positions& at, const std::vector<std::string>& objects, std::size_t position) {
      for (const auto& o : objects) at[o].push_back(position);
    };
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const Links l = linker.links(operations[i].operation);
      note(makes, l.makes, i);
      note(needs, l.needs, i);
      note(ends, l.ends, i);
      note(releases, l.releases, i);
    }
    connect(makes, needs);
    connect(releases, ends);
    connect(ends, makes);
  }

  // Positions, the smallest first wherever there is a choice.
  std::vector<std::size_t> sorted() {
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < next_.size(); ++i) {
      if (blockers_[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> out;
    out.reserve(next_.size());
    while (!ready.empty()) {
      const std::size_t at = ready.top();
      ready.pop();
      out.push_back(at);
      for (const std::size_t n : next_[at]) {
        if (--blockers_[n] == 0) ready.push(n);
      }
    }
    return out;
  }

 private:
  void connect(const Positions& before, const Positions& after) {
    for (const auto& entry : before) {
      const auto found = after.find(entry.first);
      if (found == after.end()) continue;
      for (const std::size_t a : entry.second) {
        for (const std::size_t b : found->second) {
          if (a == b) continue;
          next_[a].push_back(b);
          ++blockers_[b];
        }
      }
    }
  }
  std::vector<std::vector<std::size_t>> next_;
  std::vector<std::size_t> blockers_;
};

std::vector<Planned> by_phase(std::vector<Planned> operations) {
  struct Key {
    Phase phase;
    int rank;
    std::vector<std::string> path;
    std::string id;
    std::size_t at;
  };
  std::vector<Key> keys;
  keys.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Planned& p = operations[i];
    keys.push_back({p.phase, p.rank, path(p.operation), id(p.operation), i});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return std::tie(a.phase, a.rank, a.path, a.id, a.at) < std::tie(b.phase, b.rank, b.path, b.id, b.at);
  });
  std::vector<Planned> out;
  out.reserve(keys.size());
  for (const auto& k : keys) out.push_back(std::move(operations[k.at]));
  return out;
}

}  // namespace

Order ordered(std::vector<Planned> operations, const Schema& actual) {
  std::vector<Planned> sorted = by_phase(std::move(operations));
  const std::vector<std::size_t> positions = Waiting(sorted, Linker(actual, sorted)).sorted();
  Order out;
  out.operations.reserve(sorted.size());
  std::vector<bool> placed(sorted.size(), false);
  for (const std::size_t at : positions) {
    placed[at] = true;
    out.operations.push_back(std::move(sorted[at].operation));
  }
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (!placed[i]) out.stuck.push_back(std::move(sorted[i].operation));
  }
  return out;
}

}  // namespace plinth
