#pragma once
// The state of a database as a value: nested vectors of named nodes, no ids, no back pointers.
#include "engine/objects/enum_type.h"
#include "engine/objects/sequence.h"
#include "engine/objects/view.h"
#include "engine/schema/table.h"

namespace plinth {

/// A schema of the database (a namespace of the catalogue). What it holds is sorted by name.
struct Namespace {
  static constexpr std::string_view node = "schema";
  static constexpr ObjectKind kind = ObjectKind::schema;
  std::string name;
  std::vector<Enum> enums = {};
  std::vector<Table> tables = {};
  std::vector<Sequence> sequences = {};
  std::vector<View> views = {};
  bool operator==(const Namespace&) const = default;
  bool empty() const { return enums.empty() && tables.empty() && sequences.empty() && views.empty(); }
  static constexpr auto fields = std::tuple{
      field("name", &Namespace::name), children("enums", &Namespace::enums), children("tables", &Namespace::tables),
      children("sequences", &Namespace::sequences), children("views", &Namespace::views)};
};

/// An installed extension. Contracts leave the schema and the version open; a database states the schema, and the
/// version where it is not the one that its server installs by default.
struct Extension {
  static constexpr std::string_view node = "extension";
  static constexpr ObjectKind kind = ObjectKind::extension;
  std::string name;
  std::optional<std::string> schema = {}, version = {};
  bool relocatable = false;             // whether the server can move it to another schema
  std::vector<std::string> types = {};  // those that it brings, as columns spell them
  bool operator==(const Extension&) const = default;
  static constexpr auto fields = std::tuple{
      field("name", &Extension::name), field("schema", &Extension::schema), field("version", &Extension::version),
      uncompared("relocatable", &Extension::relocatable), uncompared("types", &Extension::types)};
};

/// Where an extension goes that no schema is stated for, on a server with the usual search path.
inline constexpr std::string_view default_extension_schema = "public";

/// The root. Both lists are sorted by name.
struct Schema {
  static constexpr std::string_view node = "database";
  std::string name;  // always empty: the name of a database is no part of its schema
  std::vector<Extension> extensions;
  std::vector<Namespace> namespaces;
  bool operator==(const Schema&) const = default;
  static constexpr auto fields =
      std::tuple{children("extensions", &Schema::extensions), children("schemas", &Schema::namespaces)};

  Namespace* find_namespace(std::string_view schema);
  const Namespace* find_namespace(std::string_view schema) const;
  Table* find_table(const Name& table);
  const Table* find_table(const Name& table) const;
  Enum* find_enum(const Name& type);
  const Enum* find_enum(const Name& type) const;
  Sequence* find_sequence(const Name& sequence);
  const Sequence* find_sequence(const Name& sequence) const;
  View* find_view(const Name& view);
  const View* find_view(const Name& view) const;
};

/// The node of that name, or nullptr. O(log n) for lists sorted by name.
template <class Node>
Node* find_sorted(std::vector<Node>& nodes, std::string_view name) {
  auto it =
      std::lower_bound(nodes.begin(), nodes.end(), name, [](const Node& n, std::string_view x) { return n.name < x; });
  return it != nodes.end() && it->name == name ? &*it : nullptr;
}
template <class Node>
const Node* find_sorted(const std::vector<Node>& nodes, std::string_view name) {
  return find_sorted(const_cast<std::vector<Node>&>(nodes), name);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}
/// The node of that name in a list of any order, or nullptr. O(n).
template <class Node>
Node* find_named(std::vector<Node>& nodes, std::string_view name) {
  auto it = std::find_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.name == name; });
  return it != nodes.end() ? &*it : nullptr;
}
template <class Node>
const Node* find_named(const std::vector<Node>& nodes, std::string_view name) {
  return find_named(const_cast<std::vector<Node>&>(nodes), name);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}
/// Puts a node where its name belongs. O(n), O(1) when it belongs at the end.
template <class Node>
Node& insert_sorted(std::vector<Node>& nodes, Node node) {
  if (nodes.empty() || nodes.back().name < node.name) return nodes.emplace_back(std::move(node));
  auto it = std::lower_bound(nodes.begin(), nodes.end(), node.name,
                             [](const Node& n, const std::string& x) { return n.name < x; });
  return *nodes.insert(it, std::move(node));
}
template <class Node>
void sort_by_name(std::vector<Node>& nodes) {
  std::sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.name < b.name; });
}

/// The parts of a table that a name alone identifies within the table.
template <class F>
void each_constraint_list(Table& t, F f) {
  f(t.uniques);
  f(t.checks);
  f(t.foreign_keys);
}

/// The name the server's users expect for an unnamed constraint or index: `<table>_<columns joined by _>_<suffix>`,
/// in 63 bytes. As in Postgres the longer one of table and columns is cut, never the suffix.
std::string default_name(std::string_view table, const std::vector<std::string>& columns, std::string_view suffix);
/// The name that the server gives to the sequence of an autoincrement column.
Name default_sequence(const Name& table, const std::string& column);
/// The options of the sequence that an autoincrement column owns; the type is always stated.
SequenceOptions owned_sequence(const Column& column);
/// The column owns such a sequence: what is the default for its type is left unstated.
void set_owned_sequence(Column& column, SequenceOptions options);
/// The name of the check that no element of an array column is NULL.
std::string element_check_name(std::string_view table, const std::string& column);
/// `<prefix>` of `<prefix>_<8 hex>`, the name of a policy, an index or a check that carries the hash of its content;
/// empty for other names.
std::string_view hashed_prefix(std::string_view name);

}  // namespace plinth
