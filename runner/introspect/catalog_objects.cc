// Sequences, views, and what needs the objects of the model.
#include <algorithm>

#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/type_name.h"
#include "runner/introspect/catalog_assembly.h"
#include "runner/introspect/catalog_text.h"

namespace plinth::catalog {

std::optional<SequenceOptions> sequence_options(OptionalText list) {
  if (!list) return {};
  const std::vector<std::string> values = texts(*list);
  const auto stated = [&](std::size_t i) {
    return values.at(i) == "NULL" ? std::nullopt : std::optional(values.at(i));
  };
  return SequenceOptions{stated(0), stated(1), stated(2), stated(3), stated(4), stated(5).has_value()};
}

SequenceOptions sequence_options(const SequenceRow& row) {
  SequenceOptions out = sequence_options(row.options).value_or(SequenceOptions());
  out.type = normalize_type(row.type);
  return out;
}

namespace {

ObjectKind object_kind(std::string_view name) {
  for (const auto& named : object_kinds) {
    if (named.name == name) return named.value;
  }
  throw Error(Code::engine_internal, "the catalogue query names an unknown kind of object: " + std::string(name));
}

/// The query of a view as one may write it behind AS.
std::string_view query_text(std::string_view printed) {
  printed = trim(printed);
  if (printed.ends_with(';')) printed.remove_suffix(1);
  return printed;
}

}  // namespace

void Assembly::add_sequence(const SequenceRow& row, std::optional<SequenceOwner> owner) {
  Namespace* n = row.selected ? find_namespace(row.name_space) : nullptr;
  if (n == nullptr) return;
  SequenceOptions options = sequence_options(row);
  if (options.type == "int8") options.type.reset();
  n->sequences.push_back({std::string(row.name), std::move(options), std::move(owner)});
}

void Assembly::read_sequences() {
  each(catalog_.sequences, [&](const SequenceRow& row) {
    if (row.owner == 0) return add_sequence(row, {});
    std::string text = "nextval('";
    for (const char c : row.printed) text.append(c == '\'' ? 2 : 1, c);
    sequences_.emplace(std::pair(row.owner, row.owner_column), OwnedSequence{row, text + "'::regclass)"});
  });
}

/// Sequences that a column owns, and does not draw from. One whose table is not read has no owner that could be named.
void Assembly::add_owned_sequences() {
  for (const auto& [key, s] : sequences_) {
    if (s.used) continue;
    const TableEntry* t = find(key.first);
    std::optional<SequenceOwner> owner;
    if (t != nullptr) owner = {std::string(t->schema), t->table->name, column_name(*t, key.second)};
    add_sequence(s.row, std::move(owner));
  }
  for (auto& n : out_.schema.namespaces) sort_by_name(n.sequences);
}

void Assembly::read_views() {
  each(catalog_.views, [&](const ViewRow& row) {
    Namespace* n = find_namespace(row.name_space);
    if (n == nullptr) return;
    views_.emplace(row.id, std::pair(n->name, n->views.size()));
    View& v = n->views.emplace_back();
    v.name = row.name;
    v.query = Expression(query_text(row.query));
    v.options = texts(row.options);
    const auto column_names = texts(row.column_names), column_types = texts(row.column_types);
    for (std::size_t i = 0; i < column_names.size(); ++i) v.columns.push_back({column_names[i], column_types.at(i)});
  });
  each(catalog_.view_needs, [&](const ViewNeedRow& row) {
    const auto found = views_.find(row.view);
    if (found == views_.end()) return;
    ObjectId need{object_kind(row.kind), {std::string(row.schema), std::string(row.name)}};
    if (row.part) need.path.emplace_back(*row.part);
    out_.schema.find_namespace(found->second.first)->views[found->second.second].needs.push_back(std::move(need));
  });
}

void Assembly::read_dependents() {
  const auto add = [&](const auto& row, ObjectId needs, bool belongs) {
    out_.dependents.push_back(
        {std::string(row.kind), std::string(row.schema), std::string(row.name), std::move(needs), belongs});
  };
  each(catalog_.dependents, [&](const DependentRow& row) {
    if (const TableEntry* t = find(row.relation)) {
      ObjectId needs{ObjectKind::table, {std::string(t->schema), t->table->name}};
      if (row.column > 0) {
        needs.kind = ObjectKind::column;
        needs.path.push_back(column_name(*t, row.column));
      }
      add(row, std::move(needs), row.belongs);
    } else if (const auto view = views_.find(row.relation); view != views_.end()) {
      const auto& [schema, at] = view->second;
      add(row, {ObjectKind::view, {schema, out_.schema.find_namespace(schema)->views[at].name}}, row.belongs);
    }
  });
  each(catalog_.type_dependents, [&](const TypeDependentRow& row) {
    add(row, {ObjectKind::type, {std::string(row.type_schema), std::string(row.type)}}, false);
  });
}

}  // namespace plinth::catalog
