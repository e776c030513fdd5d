#include "engine/schema/schema.h"

#include "engine/sql/type_name.h"

namespace plinth {

bool Default::operator==(const Default& o) const {
  if (kind != o.kind) return false;
  return value == o.value || (kind == Kind::expression && default_meaning(value) == default_meaning(o.value));
}

void Default::validate(const JsonPath& at) const {
  if (kind == Kind::expression) return;
  try {
    json::parse(value, at.code);
  } catch (const Error&) {
    at.member("value").fail("a literal is stated as JSON, which " + json::quote(value) + " is not");
  }
}

Namespace* Schema::find_namespace(std::string_view schema) { return find_sorted(namespaces, schema); }
const Namespace* Schema::find_namespace(std::string_view schema) const { return find_sorted(namespaces, schema); }

Table* Schema::find_table(const Name& table) {
  Namespace* n = find_namespace(table.schema);
  return n != nullptr ? find_sorted(n->tables, table.name) : nullptr;
}
const Table* Schema::find_table(const Name& table) const {
  const Namespace* n = find_namespace(table.schema);
  return n != nullptr ? find_sorted(n->tables, table.name) : nullptr;
}
Enum* Schema::find_enum(const Name& type) {
  Namespace* n = find_namespace(type.schema);
  return n != nullptr ? find_sorted(n->enums, type.name) : nullptr;
}
const Enum* Schema::find_enum(const Name& type) const {
  const Namespace* n = find_namespace(type.schema);
  return n != nullptr ? find_sorted(n->enums, type.name) : nullptr;
}
Sequence* Schema::find_sequence(const Name& sequence) {
  Namespace* n = find_namespace(sequence.schema);
  return n != nullptr ? find_sorted(n->sequences, sequence.name) : nullptr;
}
const Sequence* Schema::find_sequence(const Name& sequence) const {
  const Namespace* n = find_namespace(sequence.schema);
  return n != nullptr ? find_sorted(n->sequences, sequence.name) : nullptr;
}
View* Schema::find_view(const Name& view) {
  Namespace* n = find_namespace(view.schema);
  return n != nullptr ? find_sorted(n->views, view.name) : nullptr;
}
const View* Schema::find_view(const Name& view) const {
  const Namespace* n = find_namespace(view.schema);
  return n != nullptr ? find_sorted(n->views, view.name) : nullptr;
}

std::string default_name(std::string_view table, const std::vector<std::string>& columns, std::string_view suffix) {
  std::string joined;
  for (const auto& c : columns) joined.append(joined.empty() ? "" : "_").append(c);
  const std::size_t room = max_identifier_bytes - suffix.size() - (columns.empty() ? 1 : 2);
  std::size_t first = table.size(), second = joined.size();
  while (first + second > room) --(first > second ? first : second);
  std::string name = truncate_identifier(std::string(table), first);
  if (!columns.empty()) name.append("_").append(truncate_identifier(std::move(joined), second));
  return name.append("_").append(suffix);
}

Name default_sequence(const Name& table, const std::string& column) {
  return {table.schema, default_name(table.name, {column}, "seq")};
}

namespace {

std::string usual_sequence_type(const Column& c) { return serial_type(c.type).empty() ? "int8" : c.type; }

}  // namespace

SequenceOptions owned_sequence(const Column& column) {
  SequenceOptions out = column.sequence_options.value_or(SequenceOptions());
  if (!out.type) out.type = usual_sequence_type(column);
  return out;
}

void set_owned_sequence(Column& column, SequenceOptions options) {
  if (options.type == usual_sequence_type(column)) options.type.reset();
  column.sequence_options = options == SequenceOptions() ? std::nullopt : std::optional(std::move(options));
}

std::string element_check_name(std::string_view table, const std::string& column) {
  return default_name(table, {column}, "elem_not_null");
}

std::string_view hashed_prefix(std::string_view name) {
  constexpr std::size_t digits = 8;
  if (name.size() <= digits || name[name.size() - digits - 1] != '_') return {};
  const bool hash = std::all_of(name.end() - digits, name.end(),
                                [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return hash ? name.substr(0, name.size() - digits - 1) : std::string_view();
}

}  // namespace plinth
