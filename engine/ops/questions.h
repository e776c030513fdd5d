#pragma once
// What the planner asks of every kind of operation, as values. A kind answers a question with a member function of the
// name below, or declines it: `static constexpr Declined declined = …`. One that does neither, or both, does not
// compile (engine/ops/define_operation.h).
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/names.h"
#include "engine/operation.h"
#include "engine/schema/dependent.h"
#include "engine/schema/mentions.h"

namespace plinth {

enum Declined : unsigned {
  no_transaction = 1U << 0U,   // transaction(): runs with its neighbours in one transaction
  no_meta = 1U << 1U,          // meta(): nothing for `meta` of the stored form
  no_summary = 1U << 2U,       // summary(): no sentence for the stored form
  no_announcement = 1U << 3U,  // announce(): the links of other operations do not depend on it
  no_links = 1U << 4U,         // link(): its phase, rank and path say all of its place
  no_taking = 1U << 5U,        // takes(): gives nothing a name that others of the schema could have
  no_freeing = 1U << 6U,       // frees(): no such name becomes free
  no_disturbing = 1U << 7U,    // disturbs(): does not affect objects outside of the plan
  no_lineage = 1U << 8U,       // lineage(): tables, columns, types and values stay what and where they are
  no_turning = 1U << 9U,       // turned(), step_aside(): is no rename of one of those
  no_loss = 1U << 10U,         // loss(): takes nothing that the way back cannot bring back
  no_online = 1U << 11U,       // online(): has no form that holds up others less
  no_calls = 1U << 12U,        // calls(): the migration API has no method for it
  no_type_change = 1U << 13U,  // changes_type(): no column gets another type
  no_recognition = 1U << 14U,  // recognised(): no other tool stores it
  no_mentions = 1U << 15U,     // mentions(): names nothing that the server has to resolve, or its SQL is not looked at
};
constexpr Declined operator|(Declined a, Declined b) {
  return static_cast<Declined>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// A table, a column, an enum type or a value of one by where it stood, or stands.
using ObjectPath = std::vector<std::string>;  // schema, table (or type), column (or value)

// ---- order ------------------------------------------------------------------------------------------------------

/// An operation comes after those that make what it needs; an operation that drops an object comes after those that
/// drop its dependents (`releases`), and before one that creates it again.
struct Links {
  std::vector<ObjectId> makes, needs, ends, releases;
  /// An object that the plan itself creates is created before it is dropped.
  void end(ObjectId object, const void* before) { (before != nullptr ? ends : needs).push_back(std::move(object)); }
};

/// What links depend on beside the operation itself: the origin, and what other operations announce.
struct LinkContext {
  const Schema& actual;
  std::set<std::vector<std::string>> cut = {};          // foreign keys that the plan drops by themselves
  std::map<Name, std::vector<std::string>> added = {};  // columns that it adds
  std::map<Name, Name> was = {}, is_now = {};           // tables that it renames: by the new name, by the old one
  /// A table before the plan, by the name that it has or is given.
  const Table* before(const Name& table) const;
  /// The name that the plan gives to a table.
  Name now(const Name& table) const;
};

ObjectId table_object(const Name& table);
/// What is in a table, whatever the table is named: it outlives the references to it.
ObjectId rows_object(const Name& table);
ObjectId column_object(const Name& table, std::string_view column);
ObjectId type_object(std::string_view type);
ObjectId type_object(const Name& type);
ObjectId sequence_object(const Name& sequence);
ObjectId view_object(const Name& view);
/// Rows told apart by these columns, in any order.
ObjectId key_object(const Name& table, std::vector<std::string> columns);
/// The columns that the expression of a generated column reads.
void read_columns(std::vector<ObjectId>& out, const Name& table, const Column& reader,
                  const std::vector<std::string>& columns);

// ---- names ------------------------------------------------------------------------------------------------------

/// Tables, indexes and keys of a schema share one set of names, tables and types another.
enum class NameSpace { relations, types };
/// Who has a name. Keys and indexes have a table as well; sequences and views take no other name for a while.
enum class NameHolder { table, index, key, type, sequence, view };

struct TakenName {
  NameSpace space = NameSpace::relations;
  Name name;
};
inline TakenName relation_name(const std::string& schema, const std::string& name) {
  return {NameSpace::relations, {schema, name}};
}
/// A table has a type of its name.
inline std::vector<TakenName> table_names(const Name& name) {
  return {{NameSpace::relations, name}, {NameSpace::types, name}};
}

/// A name that is free once the operation ran. `follows` is the member of the operation by which it calls the holder,
/// where the operation can be told another name of it; `table_follows` the same for the table of the holder.
struct FreedName {
  NameHolder holder = NameHolder::table;
  Name table;  // of the holder; of a table or type, only its schema is set
  std::string name;
  std::string* follows = nullptr;
  std::string* table_follows = nullptr;
};

/// By which names are looked up.
inline std::string name_key(const Name& name) { return name.schema + '\0' + name.name; }
/// Who has the names of the origin.
struct HeldName {
  NameHolder holder = NameHolder::table;
  Name table;               // of a key and an index; of a sequence, that of the column that owns it
  std::string column = {};  // that owns a sequence
};
struct NameContext {
  std::unordered_map<std::string, HeldName> relations, types;
  const HeldName* find(const TakenName& taken) const;
};

// ---- objects beside the plan --------------------------------------------------------------------------------------

/// A foreign key of a table that the plan leaves alone.
struct UnmanagedReference {
  Name table;
  const Table* definition;
  const ForeignKey* key;
  std::string text() const { return "foreign key " + q(key->name) + " of " + q(table.name); }
};

/// What objects that the contract does not name need of what it does.
struct UnmanagedUses {
  const Schema& actual;
  std::multimap<Name, UnmanagedReference> references = {};  // by what they reference
  std::map<std::string, std::string> users = {};            // a column of each type
  std::map<std::string, std::string> left = {};             // something in each schema
  std::map<Name, std::string> was = {};  // types by the names that the plan gives them for the time being
  std::multimap<ObjectId, const Dependent*> dependents = {};  // by the table, the view or the type that they need
  bool (*can_reference)(const std::string& column_type, const std::string& key_type) = nullptr;
  std::vector<std::string> harm = {};  // what is wrong with the operation that is asked

  template <class F>
  void each_reference(const Name& table, F f) const {
    const auto [first, last] = references.equal_range(table);
    for (auto it = first; it != last; ++it) f(it->second);
  }
  /// What needs the table, and would stop its drop.
  void drop_table(const Name& table);
  /// What needs the column, and would stop the change or be dropped with the column.
  void drop_column(const Name& table, const std::string& column);
  /// What needs the view, or is a part of it: it would be gone, or stop the drop.
  void drop_view(const Name& view);
  /// What needs the constraint, and would stop its drop.
  void drop_constraint(const Name& table, const std::string& constraint);
  /// What needs the sequence, and would stop its drop.
  void drop_sequence(const Name& sequence);
  /// What needs the enum type, and would stop its drop.
  void drop_type(const Name& type);
  /// What needs the column, and would stop a change of its type.
  void change_type(const Name& table, const std::string& column);
  /// A key of these columns is dropped: the foreign keys that depend on it. They depend on the primary key if it has
  /// the same columns.
  void leave_key(const Name& table, const std::vector<std::string>& columns);
};

/// Whether the columns are those of the primary key, in any order.
inline bool is_primary_key(const Table& t, const std::vector<std::string>& columns) {
  return t.primary_key && same_names(t.primary_key->columns, columns);
}

// ---- lineage ------------------------------------------------------------------------------------------------------

struct LineageChange {
  std::optional<std::pair<ObjectPath, ObjectPath>> moved;  // from, to
  std::optional<ObjectPath> ended, made;
  const Column* added = nullptr;  // a column that comes to the table `made` stands in
};

/// What the migration that is inverted destroyed for good.
enum class LossKind {
  rows,         // of a table that was dropped
  values,       // of a column that was dropped
  converted,    // by a change of type that not every value survives
  enum_values,  // rows that held a removed value of an enum hold another one now
  transformed,  // by a data transform
  opaque        // by raw SQL, whose effect is not known
};
inline constexpr Named<LossKind> loss_kinds[] = {{"rows", LossKind::rows},
                                                 {"values", LossKind::values},
                                                 {"converted", LossKind::converted},
                                                 {"enumValues", LossKind::enum_values},
                                                 {"transformed", LossKind::transformed},
                                                 {"opaque", LossKind::opaque}};
constexpr const auto& names(LossKind) { return loss_kinds; }

/// Something of the origin that the way back cannot bring back. `path` is where it stood in the origin (for transforms
/// and raw SQL: their name), `operation` the one that took it, `slot` what has to be filled for it on the way back.
struct Loss {
  LossKind kind = LossKind::values;
  std::vector<std::string> path;
  std::string operation, message;
  std::optional<std::string> slot;
  bool operator==(const Loss&) const = default;
  static constexpr auto fields =
      std::tuple{field("kind", &Loss::kind), field("path", &Loss::path), field("operation", &Loss::operation),
                 field("message", &Loss::message), field("slot", &Loss::slot)};
};

struct AlterColumnType;
/// The schema just before the operation, and where what is in it comes from.
struct LossContext {
  const Schema& state;
  std::function<std::optional<ObjectPath>(const ObjectPath&)> origin;
  std::function<bool(const AlterColumnType&)> may_lose;
};

// ---- types, recognition -------------------------------------------------------------------------------------------

/// A column gets another type; `cast` where a cast alone makes it.
struct TypeChanged {
  Name table;
  std::string column, type;
  bool cast = true;
};

/// What an operation that another tool stored says of itself: its id up to the first dot, its target.
struct Claim {
  std::string prefix;
  const RawSql& stored;
  std::optional<Target> target;  // absent: the target has no details
  std::string name;              // of the target; without details, the id behind its first dot
  const Schema& destination;
  bool is(std::string_view object_type) const { return target && target->object_type == object_type; }
  const std::string& schema() const { return target->schema; }
  std::string table() const { return target->table.value_or(target->name); }
  const Table* found() const { return destination.find_table({schema(), table()}); }
  const Column* column() const { return found() != nullptr ? find_named(found()->columns, name) : nullptr; }
  /// The parts of the table that the operation may make: the one of the claimed name; else those whose names the
  /// destination leaves open, with the claimed one. O(parts).
  template <class Node>
  std::vector<Node> parts(std::vector<Node> Table::*list) const {
    std::vector<Node> out;
    if (found() == nullptr) return out;
    if (const Node* named = find_named(found()->*list, name)) return {*named};
    for (const auto& node : found()->*list) {
      if constexpr (requires { node.named; }) {
        if (!node.named) out.push_back(node);
      }
    }
    for (auto& node : out) node.name = name;
    return out;
  }
  /// One operation for each of them.
  template <class Op, class Node>
  std::vector<Operation> made_of(std::vector<Node> Table::*list) const {
    std::vector<Operation> out;
    for (auto& node : parts(list)) out.emplace_back(Op{schema(), table(), std::move(node)});
    return out;
  }
};

// ---- asking -------------------------------------------------------------------------------------------------------
// A kind that declines answers with nothing.

/// What the operation says for the links of others.
void announce(const Operation& op, LinkContext& context);
Links links_of(const Operation& op, const LinkContext& context);
/// Names that the operation gives to something.
std::vector<TakenName> taken_names(const Operation& op, const NameContext& names);
/// The name that it frees; the pointers lead into the operation.
std::optional<FreedName> freed_name(Operation& op);
/// What is wrong with it for objects beside the plan.
std::vector<std::string> harm_by(const Operation& op, UnmanagedUses& uses);
/// What it means for where things are; points into the operation.
LineageChange lineage_change(const Operation& op);
/// The same rename turned around. Only for operations whose `lineage_change` moves something.
Operation turned(const Operation& op);
/// What stands where such a rename leads, moved aside.
std::optional<Operation> step_aside(const Operation& op, const Schema& state);
std::optional<Loss> loss_by(const Operation& op, const LossContext& context);
/// The operations that take its place in an online plan: itself, where it has no form that holds up others less.
/// `may_transform`: whether the policy allows to change rows, and to tighten columns.
void add_online_form(Operation op, bool may_transform, std::vector<Operation>& out);
std::optional<TypeChanged> changed_type(const Operation& op);
/// The functions, sequences, collations, roles … that what it makes mentions, and that have to be there. SQL of the
/// user (transforms, USING, raw SQL) is not looked at.
Mentions mentioned_by(const Operation& op);

}  // namespace plinth
