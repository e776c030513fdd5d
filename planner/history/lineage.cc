#include "planner/history/lineage.h"

#include "engine/names.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/questions.h"
#include "engine/sql/ddl.h"
#include "engine/sql/type_name.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

bool starts_with(const ObjectPath& path, const ObjectPath& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

const Enum* enum_of_type(const Schema& schema, const std::string& type) {
  const auto name = user_type(type);
  return name ? schema.find_enum({name->schema, name->name}) : nullptr;
}

// Every value of an enum has its own in text, and in an enum that has them all; text has its own in an enum, or fails.
bool keeps_enum_values(const std::string& from, const std::string& to, const Schema& schema) {
  const Enum* old_type = enum_of_type(schema, element_type(from));
  const Enum* new_type = enum_of_type(schema, element_type(to));
  if (from.ends_with("[]") != to.ends_with("[]")) return false;
  if (old_type == nullptr) return new_type != nullptr && element_type(from) == "text";
  if (new_type == nullptr) return element_type(to) == "text";
  return std::all_of(old_type->values.begin(), old_type->values.end(), [&](const std::string& v) {
    return std::find(new_type->values.begin(), new_type->values.end(), v) != new_type->values.end();
  });
}

bool is_plain_cast(const AlterColumnType& op) {
  if (!op.using_expression) return true;
  for (const auto& middle : {Sql(""), Sql("::text"), Sql("::text[]")}) {
    if (*op.using_expression == Sql("{}{}::{}", Ident{op.column}, middle, type_sql(op.type)).text()) return true;
  }
  return false;
}

// What gives the values of a type their text: whole numbers have the same in all of their types.
std::string writer(const std::string& type) { return type == "int2" || type == "int4" ? "int8" : type; }

// Renames of what has an origin when it is renamed and still stands at the end.
std::vector<std::size_t> lasting(const Schema& origin, const std::vector<Operation>& operations) {
  Lineage lineage(origin);
  std::vector<std::pair<std::size_t, std::optional<ObjectPath>>> renames;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const LineageChange change = lineage_change(operations[i]);
    if (change.moved) renames.emplace_back(i, lineage.origin(change.moved->first));
    lineage.follow(operations[i]);
  }
  const std::set<ObjectPath> survivors = lineage.survivors();
  std::vector<std::size_t> out;
  for (const auto& [i, of] : renames) {
    if (of && survivors.count(*of) > 0) out.push_back(i);
  }
  return out;
}

}  // namespace

Lineage::Lineage(const Schema& origin) {
  for (const auto& n : origin.namespaces) {
    for (const auto& e : n.enums) {
      lines_[{n.name, e.name}] = {ObjectPath{n.name, e.name}, {}};
      for (const auto& v : e.values) lines_[{n.name, e.name, v}] = {ObjectPath{n.name, e.name, v}, {}};
    }
    for (const auto& t : n.tables) {
      lines_[{n.name, t.name}] = {ObjectPath{n.name, t.name}, {}};
      for (const auto& c : t.columns) {
        lines_[{n.name, t.name, c.name}] = {ObjectPath{n.name, t.name, c.name}, {}, {writer(c.type)}};
      }
    }
  }
}

void Lineage::move(const ObjectPath& from, const ObjectPath& to) {
  std::map<ObjectPath, Line> moved;
  for (auto it = lines_.lower_bound(from); it != lines_.end() && starts_with(it->first, from);) {
    ObjectPath path = it->first;
    std::copy(to.begin(), to.end(), path.begin());
    moved.emplace(std::move(path), std::move(it->second));
    it = lines_.erase(it);
  }
  lines_.merge(moved);
}

// A table that was made on the way has no rows of the origin.
void Lineage::add_column(const ObjectPath& path, const Column& c) {
  if (!origin({path[0], path[1]})) return;
  Column fill;
  fill.fallback = c.fallback;
  fill.identity = c.identity;
  fill.generated = c.generated;
  if (!c.fallback && !c.identity && !c.generated) {
    lines_[path] = {{}, to_json(fill)};
    return;
  }
  fill.type = writer(c.type);
  lines_[path] = {{}, to_json(fill), {writer(c.type)}};
}

// Values that stay as they are have no new writer.
void Lineage::change_type(const ObjectPath& path, const std::string& type) {
  const auto it = lines_.find(path);
  if (it == lines_.end() || it->second.types.empty()) return;
  std::vector<std::string>& types = it->second.types;
  if (plinth::type_change(types.back(), type) == TypeChange::free) types.pop_back();
  if (types.empty() || types.back() != writer(type)) types.push_back(writer(type));
}

void Lineage::follow(const Operation& op) {
  const LineageChange change = lineage_change(op);
  if (change.moved) move(change.moved->first, change.moved->second);
  if (change.ended) {
    const ObjectPath& path = *change.ended;
    for (auto it = lines_.lower_bound(path); it != lines_.end() && starts_with(it->first, path);) it = lines_.erase(it);
  }
  if (change.added != nullptr) add_column(*change.made, *change.added);
  if (const auto altered = changed_type(op)) {
    change_type({altered->table.schema, altered->table.name, altered->column}, altered->type);
  }
}

std::optional<ObjectPath> Lineage::origin(const ObjectPath& path) const {
  const auto it = lines_.find(path);
  return it != lines_.end() ? it->second.origin : std::nullopt;
}

std::set<ObjectPath> Lineage::survivors() const {
  std::set<ObjectPath> out;
  for (const auto& [path, line] : lines_) {
    if (line.origin) out.insert(*line.origin);
  }
  return out;
}

std::map<ObjectPath, ObjectPath> Lineage::renamed() const {
  std::map<ObjectPath, ObjectPath> out;
  for (const auto& [path, line] : lines_) {
    if (line.origin && line.origin->back() != path.back()) out.emplace(*line.origin, path);
  }
  return out;
}

bool may_lose(const AlterColumnType& op, const Schema& before) {
  const Table* t = before.find_table(op.on());
  const Column* c = t != nullptr ? find_named(t->columns, op.column) : nullptr;
  if (c == nullptr) return false;
  if (!is_plain_cast(op)) return true;
  if (keeps_every_value(type_change(c->type, op.type))) return false;
  return !keeps_enum_values(c->type, op.type, before);
}

std::vector<Operation> lasting_renames(const Schema& origin, const std::vector<Operation>& operations) {
  std::vector<Operation> out;
  for (const std::size_t i : lasting(origin, operations)) out.push_back(operations[i]);
  return out;
}

std::vector<Operation> reversed_renames(const Schema& origin, const std::vector<Operation>& operations) {
  std::vector<Operation> out;
  for (const std::size_t i : lasting(origin, operations)) out.push_back(turned(operations[i]));
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<Operation> apply_renames(const std::vector<Operation>& renames, Schema& state) {
  std::vector<Operation> out;
  for (const auto& rename : renames) {
    if (auto aside = step_aside(rename, state)) {
      apply(*aside, state);
      out.push_back(std::move(*aside));
    }
    apply(rename, state);
    out.push_back(rename);
  }
  return out;
}

}  // namespace plinth
