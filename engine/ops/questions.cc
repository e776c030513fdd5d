#include "engine/ops/questions.h"

#include "engine/names.h"
#include "engine/ops/renaming.h"

namespace plinth {

ObjectId table_object(const Name& table) { return {ObjectKind::table, {table.schema, table.name}}; }
ObjectId rows_object(const Name& table) { return {ObjectKind::rows, {table.schema, table.name}}; }
ObjectId column_object(const Name& table, std::string_view column) {
  return {ObjectKind::column, {table.schema, table.name, std::string(column)}};
}
ObjectId type_object(std::string_view type) { return {ObjectKind::type, {element_type(std::string(type))}}; }
ObjectId type_object(const Name& type) { return type_object(user_type_text(type)); }
ObjectId sequence_object(const Name& sequence) { return {ObjectKind::sequence, {sequence.schema, sequence.name}}; }
ObjectId view_object(const Name& view) { return {ObjectKind::view, {view.schema, view.name}}; }

ObjectId key_object(const Name& table, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  std::vector<std::string> path = {table.schema, table.name};
  path.insert(path.end(), columns.begin(), columns.end());
  return {ObjectKind::key, std::move(path)};
}

void read_columns(std::vector<ObjectId>& out, const Name& table, const Column& reader,
                  const std::vector<std::string>& columns) {
  if (!reader.generated) return;
  for (const auto& c : columns) {
    if (c != reader.name && mentions(*reader.generated, c)) out.push_back(column_object(table, c));
  }
}

const Table* LinkContext::before(const Name& table) const {
  const auto it = was.find(table);
  return actual.find_table(it != was.end() ? it->second : table);
}

Name LinkContext::now(const Name& table) const {
  const auto it = is_now.find(table);
  return it != is_now.end() ? it->second : table;
}

const HeldName* NameContext::find(const TakenName& taken) const {
  const auto& space = taken.space == NameSpace::relations ? relations : types;
  const auto it = space.find(name_key(taken.name));
  return it != space.end() ? &it->second : nullptr;
}

void UnmanagedUses::leave_key(const Name& table, const std::vector<std::string>& columns) {
  each_reference(table, [&](const UnmanagedReference& r) {
    if (same_names(columns, r.key->referenced_columns)) harm.push_back(r.text() + " leans on it");
  });
}

namespace {

std::string needs(const Dependent& d) {
  // `materializedView` is two words.
  std::string words;
  for (const char c : d.kind) {
    const bool upper = c >= 'A' && c <= 'Z';
    words.append(upper ? " " : "").push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return words + " " + q(d.name) + (d.schema.empty() ? "" : " of schema " + q(d.schema)) + " needs it";
}

// The server builds these anew when a type changes, and drops them without a word when a column goes.
bool follows_type(const Dependent& d) { return d.kind == "exclusion" || d.kind == "statistics"; }

template <class F>
void note(UnmanagedUses& uses, const ObjectId& object, F is_harmed) {
  std::set<std::string> texts;
  const auto [first, last] = uses.dependents.equal_range(object);
  for (auto it = first; it != last; ++it) {
    if (is_harmed(*it->second)) texts.insert(needs(*it->second));
  }
  uses.harm.insert(uses.harm.end(), texts.begin(), texts.end());
}

}  // namespace

void UnmanagedUses::drop_table(const Name& table) {
  note(*this, table_object(table), [](const Dependent& d) { return !d.belongs; });
}
void UnmanagedUses::drop_view(const Name& view) {
  note(*this, view_object(view), [](const Dependent&) { return true; });
}
void UnmanagedUses::drop_constraint(const Name& table, const std::string& constraint) {
  note(*this, {ObjectKind::constraint, {table.schema, table.name, constraint}}, [](const Dependent&) { return true; });
}
void UnmanagedUses::drop_sequence(const Name& sequence) {
  note(*this, sequence_object(sequence), [](const Dependent&) { return true; });
}
void UnmanagedUses::drop_type(const Name& type) {
  note(*this, {ObjectKind::type, {type.schema, type.name}}, [](const Dependent&) { return true; });
}
void UnmanagedUses::drop_column(const Name& table, const std::string& column) {
  // The rows of a child table lose their values of the column as well.
  note(*this, table_object(table),
       [&](const Dependent& d) { return d.needs == column_object(table, column) || d.kind == "inheritedTable"; });
}
void UnmanagedUses::change_type(const Name& table, const std::string& column) {
  note(*this, table_object(table),
       [&](const Dependent& d) { return d.needs == column_object(table, column) && !follows_type(d); });
}

void announce(const Operation& op, LinkContext& context) {
  if (op.traits().announce != nullptr) op.traits().announce(op.value(), context);
}

Links links_of(const Operation& op, const LinkContext& context) {
  Links out;
  if (op.traits().link != nullptr) op.traits().link(op.value(), context, out);
  return out;
}

std::vector<TakenName> taken_names(const Operation& op, const NameContext& names) {
  return op.traits().takes != nullptr ? op.traits().takes(op.value(), names) : std::vector<TakenName>{};
}

std::optional<FreedName> freed_name(Operation& op) {
  return op.traits().frees != nullptr ? std::optional(op.traits().frees(op.value())) : std::nullopt;
}

std::vector<std::string> harm_by(const Operation& op, UnmanagedUses& uses) {
  uses.harm.clear();
  if (op.traits().disturbs != nullptr) op.traits().disturbs(op.value(), uses);
  return std::move(uses.harm);
}

LineageChange lineage_change(const Operation& op) {
  return op.traits().lineage != nullptr ? op.traits().lineage(op.value()) : LineageChange{};
}

Operation turned(const Operation& op) {
  if (op.traits().turned == nullptr) throw Error(Code::engine_internal, label(op) + " cannot be turned around");
  return op.traits().turned(op.value());
}

std::optional<Operation> step_aside(const Operation& op, const Schema& state) {
  return op.traits().step_aside != nullptr ? op.traits().step_aside(op.value(), state) : std::nullopt;
}

std::optional<Loss> loss_by(const Operation& op, const LossContext& context) {
  return op.traits().loss != nullptr ? op.traits().loss(op.value(), context) : std::nullopt;
}

void add_online_form(Operation op, bool may_transform, std::vector<Operation>& out) {
  if (op.traits().online == nullptr) return out.push_back(std::move(op));
  op.traits().online(op.value(), out, may_transform);
}

std::optional<TypeChanged> changed_type(const Operation& op) {
  return op.traits().changes_type != nullptr ? op.traits().changes_type(op.value()) : std::nullopt;
}

Mentions mentioned_by(const Operation& op) {
  return op.traits().mentions != nullptr ? op.traits().mentions(op.value()) : Mentions();
}

}  // namespace plinth
