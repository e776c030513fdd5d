#include "planner/history/merge/broken_references.h"

#include <map>

#include "engine/names.h"
#include "engine/sql/type_name.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

using Path = std::vector<std::string>;
using Names = std::vector<std::string>;

class Inspection {
 public:
  explicit Inspection(const Schema& schema) : schema_(schema) {}

  std::vector<BrokenReference> run() {
    for (const auto& n : schema_.namespaces) {
      relations_.clear();
      types_.clear();
      for (const auto& e : n.enums) hold(types_, n, e.name, {n.name, e.name});
      for (const auto& t : n.tables) table(n, t);
    }
    return std::move(out_);
  }

 private:
  void table(const Namespace& n, const Table& t) {
    const Path here = {n.name, t.name};
    hold(relations_, n, t.name, here);
    hold(types_, n, t.name, here);
    for (const auto& c : t.columns) column_type(below(here, c.name), c);
    if (t.primary_key) key(n, t, *t.primary_key);
    for (const auto& u : t.uniques) key(n, t, u);
    for (const auto& i : t.indexes) index(n, t, i);
    for (const auto& c : t.checks) {
      if (c.membership) require_columns(here, t, c.name, {c.membership->column});
    }
    for (const auto& fk : t.foreign_keys) foreign_key(here, t, fk);
  }

  using Holders = std::map<std::string, Path>;

  // Tables, indexes and keys of a schema share their names; so do tables and types.
  void hold(Holders& holders, const Namespace& n, const std::string& name, const Path& path) {
    const auto [it, is_new] = holders.try_emplace(name, path);
    if (!is_new) out_.push_back({path, it->second, "Schema " + n.name + " would hold " + name + " twice."});
  }

  void column_type(const Path& path, const Column& c) {
    const auto type = user_type(c.type);
    // Only types of schemas that are described can be told to be missing.
    if (!type || schema_.find_namespace(type->schema) == nullptr) return;
    if (schema_.find_enum({type->schema, type->name}) != nullptr) return;
    out_.push_back({path, {type->schema, type->name}, "The column is of a type that is gone."});
  }

  template <class Key>
  void key(const Namespace& n, const Table& t, const Key& k) {
    hold(relations_, n, k.name, {n.name, t.name, k.name});
    require_columns({n.name, t.name}, t, k.name, k.columns);
  }

  void index(const Namespace& n, const Table& t, const Index& i) {
    hold(relations_, n, i.name, {n.name, t.name, i.name});
    Names columns = i.include;
    for (const auto& k : i.keys) {
      if (!k.column.empty()) columns.push_back(k.column);
    }
    require_columns({n.name, t.name}, t, i.name, columns);
  }

  void foreign_key(const Path& here, const Table& t, const ForeignKey& fk) {
    const Path path = below(here, fk.name);
    require_columns(here, t, fk.name, fk.columns);
    const Name to = fk.references();
    const Table* target = schema_.find_table(to);
    if (target == nullptr) {
      if (schema_.find_namespace(to.schema) == nullptr) return;
      out_.push_back({path, {to.schema, to.name}, "The foreign key references a table that is gone."});
      return;
    }
    require_columns({to.schema, to.name}, *target, fk.name, fk.referenced_columns, path);
    if (!has_key(*target, fk.referenced_columns)) {
      out_.push_back({path, {to.schema, to.name}, "The foreign key references columns that are no key any more."});
    }
    for (std::size_t i = 0; i < std::min(fk.columns.size(), fk.referenced_columns.size()); ++i) {
      const Column *a = find_named(t.columns, fk.columns[i]),
                   *b = find_named(target->columns, fk.referenced_columns[i]);
      if (a == nullptr || b == nullptr || can_reference(value_type(schema_, a->type), value_type(schema_, b->type))) {
        continue;
      }
      out_.push_back({path, {to.schema, to.name, b->name}, "The foreign key leads from " + a->type + " to " + b->type});
    }
  }

  static bool has_key(const Table& t, const Names& columns) {
    const auto is_it = [&](const Names& key) { return same_names(key, columns); };
    if (t.primary_key && is_it(t.primary_key->columns)) return true;
    if (std::any_of(t.uniques.begin(), t.uniques.end(), [&](const Unique& u) { return is_it(u.columns); })) return true;
    return std::any_of(t.indexes.begin(), t.indexes.end(), [&](const Index& i) {
      Names key;
      for (const auto& k : i.keys) key.push_back(k.column);
      return i.unique && !i.predicate && is_it(key);
    });
  }

  void require_columns(const Path& of_table, const Table& t, const std::string& by, const Names& columns,
                       const Path& holder = {}) {
    for (const auto& c : columns) {
      if (find_named(t.columns, c) != nullptr) continue;
      out_.push_back(
          {holder.empty() ? below(of_table, by) : holder, below(of_table, c), "It uses a column that is gone."});
    }
  }

  static Path below(Path path, const std::string& name) {
    path.push_back(name);
    return path;
  }

  const Schema& schema_;
  Holders relations_, types_;  // of the namespace at hand
  std::vector<BrokenReference> out_;
};

}  // namespace

std::vector<BrokenReference> broken_references(const Schema& schema) { return Inspection(schema).run(); }

}  // namespace plinth
