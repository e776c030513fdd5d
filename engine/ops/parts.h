#pragma once
// What every kind of operation is made of.
#include <optional>
#include <string>
#include <vector>

#include "engine/ops/impact.h"
#include "engine/schema/schema.h"
#include "engine/step.h"

namespace plinth {

/// When an operation runs within a plan; the order of the declaration is the order of execution. Destruction comes
/// last, so that a transform can read what it replaces.
enum class Phase {
  create_schemas,  // everything lives in one, extensions too
  extensions,      // types and functions may come from them
  drop_views,      // nothing of the model needs a view, and views read what changes
  rename,          // frees old names and gives new ones before anything is created under them
  create_types,    // columns use them
  create_tables,   // without foreign keys, which may point anywhere
  add_columns,     // nullable where they must be filled first
  loosen,          // a transform may write what was forbidden
  unblock,         // checks, indexes, defaults and policies that stand in the way of a transform or a new type
  transforms,      // see the old and the new columns side by side
  alter_types,     // after the values were made to fit
  tighten,         // defaults, then NOT NULL
  clean,           // rows that the keys, checks and references below would refuse, seen in their final types
  primary_keys,    // foreign keys may reference them
  uniques,         // foreign keys may reference them
  checks,          // after the values were made to fit
  indexes,         // after the types have their final form
  foreign_keys,    // after the keys they reference
  views,           // may read all of it
  row_security,    // policies may name any column
  drop_columns,
  drop_tables,
  drop_types,
  drop_extensions,
  drop_schemas,
};

/// Which transaction an operation runs in. `in_tx`: in one with its neighbours; `requires_tx`: in one of its own,
/// committed before the next operation; `non_tx`: the server runs it outside of transactions only; `long_running`: in
/// many, one for each batch of rows.
enum class TransactionMode { in_tx, requires_tx, non_tx, long_running };
inline constexpr Named<TransactionMode> transaction_modes[] = {{"inTx", TransactionMode::in_tx},
                                                               {"requiresTx", TransactionMode::requires_tx},
                                                               {"nonTx", TransactionMode::non_tx},
                                                               {"longRunning", TransactionMode::long_running}};
constexpr const auto& names(TransactionMode) { return transaction_modes; }

/// What an operation works on, as packages store it. `object_type` is one of table, column, primaryKey, unique,
/// foreignKey, checkConstraint, index, type, dependency, rlsPolicy, rowLevelSecurity, sequence, trigger, view.
struct Target {
  std::string schema, object_type, name;
  std::optional<std::string> table;
  bool operator==(const Target&) const = default;
  static constexpr auto fields = std::tuple{field("schema", &Target::schema), field("objectType", &Target::object_type),
                                            field("name", &Target::name), field("table", &Target::table)};
};

/// `"name"` for labels and descriptions.
inline std::string q(std::string_view name) { return "\"" + std::string(name) + "\""; }

// Looking things up while an operation is applied to a schema value. All throw MIGRATION.NOT_APPLICABLE.
[[noreturn]] void not_applicable(const std::string& problem);
Namespace& require_namespace(Schema& schema, std::string_view name);
Table& require_table(Schema& schema, const Name& table);
Column& require_column(Schema& schema, const Name& table, std::string_view column);
Enum& require_enum(Schema& schema, const Name& type);
/// Refuses to take away or to change what a view needs. O(views).
void refuse_needed(const Schema& schema, const ObjectId& object);
/// Refuses to drop a table that a foreign key of another one references. O(foreign keys).
void refuse_referenced(const Schema& schema, const Name& table);
/// Refuses to drop a type that a column has. O(columns).
void refuse_used(const Schema& schema, const Name& type);
template <class Node>
Node& require_node(std::vector<Node>& nodes, std::string_view name, const Name& table) {
  Node* found = find_named(nodes, name);
  if (found == nullptr) {
    not_applicable(std::string(Node::node) + " " + q(name) + " does not exist on " + q(table.name));
  }
  return *found;
}
template <class Node>
void add_node(std::vector<Node>& nodes, const Node& node, const Name& table) {
  if (find_named(nodes, node.name) != nullptr) {
    not_applicable(std::string(Node::node) + " " + q(node.name) + " exists already on " + q(table.name));
  }
  insert_sorted(nodes, node);
}
template <class Node>
void remove_node(std::vector<Node>& nodes, std::string_view name, const Name& table) {
  const Node& found = require_node(nodes, name, table);
  nodes.erase(nodes.begin() + (&found - nodes.data()));
}
/// What the rows, or an old server, may refuse a unique index for.
std::string refusal_of_duplicates(bool nulls_not_distinct, int server_version);
/// The definition a descriptor names in the destination. Throws MIGRATION.UNRESOLVED_DESCRIPTOR.
[[noreturn]] void unresolved(const std::string& problem);
const Table& destination_table(const Schema& destination, const Name& table);
/// The node that a descriptor means: the one of its name; else a matching one whose name is left open; else, when the
/// descriptor names none, the first that matches. nullptr when there is none.
template <class Node, class F>
const Node* find_described(const std::vector<Node>& nodes, const std::optional<std::string>& name, F matches) {
  if (const Node* found = name ? find_named(nodes, *name) : nullptr) return found;
  const Node* out = nullptr;
  for (const auto& n : nodes) {
    if (!matches(n)) continue;
    if (!n.named) return &n;
    if (!name && out == nullptr) out = &n;
  }
  return out;
}
/// The name by which a descriptor calls a node whose name is not left open.
template <class Node>
std::optional<std::string> stated_name(const Node& node) {
  return node.named ? std::optional(node.name) : std::nullopt;
}

}  // namespace plinth
