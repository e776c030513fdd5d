#pragma once
// Rules that need more than one operation, and a transform in the middle that only a person can write. The check of
// each transform is derived; its `run` is the open slot.
#include <map>

#include "planner/lattice.h"
#include "planner/rules.h"

namespace plinth {

/// Whether rows can do without a value for the column: the server has one, or NULL.
inline bool fills_itself(const Column& c) { return c.nullable || c.fallback || c.generated || c.identity; }

/// A new column that is NOT NULL and has no default: add it nullable, fill it, tighten it.
void plan_not_null_backfill(Draft& draft, const Name& table, const Column& column);

/// A column that may hold NULLs becomes NOT NULL: handle the NULLs, tighten.
void plan_nullable_tightening(Draft& draft, const Name& table, const Column& column);

/// Another type or collation. Changes that every value survives alter directly; others are given a transform first, for
/// the values that do not: it makes them fit, moves them, or is replaced by an expression that says what they become. A
/// default is detached and put back where the server could not cast it.
void plan_type_change(Draft& draft, const Name& table, const Column& expected, const Column& actual);

/// The name of the transform before a change of type.
std::string type_change_slot(const Name& table, const std::string& column);

/// Whether values may not survive the change of a column's type, or the server has no way to change them.
bool loses_values(const Draft& draft, const Column& expected, const Column& actual);

/// Whether a change of type needs an expression of its own, because a cast alone does not make it.
bool needs_expression(const Draft& draft, const Column& expected, const Column& actual);

/// A conflict for each key whose type does not compare with that of a column that references it, naming all of those.
/// O(foreign keys).
void refuse_unlike_keys(Draft& draft);

/// Columns (schema, table, column) whose types operations change: the position of the operation, the type before.
struct ChangedType {
  std::size_t position = 0;
  std::string before;
};
using ChangedTypes = std::map<std::vector<std::string>, ChangedType>;

/// What is worth knowing of changes of type that work: a key that outgrows what references it, a change that asks for
/// the time zone of the session. `after` is the schema that they lead to. O(changes + foreign keys), if there are any.
struct TypeRemark {
  std::vector<std::string> path;  // of the column that changes
  std::string message;
};
std::vector<TypeRemark> type_remarks(const Schema& after, const ChangedTypes& changed);

/// Whether the change of a column's type drops its default before: the server casts a default along only where an
/// assignment cast exists. The next value of a sequence stays with a column that goes on counting.
bool detaches_default(const Column& expected, const Column& actual);

/// The values of a native enum: new ones are added in place; when values leave or change order the type is rebuilt
/// under a passing name, and every column of it follows.
void plan_enum_change(Draft& draft, const std::string& schema, const Enum& expected, const Enum& actual);

/// The values that a check permits: when values leave, the rows that hold them are transformed between the old check
/// and the new one.
void plan_membership_change(Draft& draft, const Name& table, const Check& expected, const Check& actual);

/// The columns and expressions in which rows have to be distinct. Rows for which the predicate does not hold are free;
/// so are rows with a NULL among the values, unless NULLs count.
struct UniqueRows {
  std::string name;  // of the constraint or the index
  std::vector<std::string> columns, expressions;
  std::string predicate;
  bool nulls_count = false;
};
UniqueRows unique_rows(const Index& index);
UniqueRows unique_rows(const Unique& unique);
UniqueRows unique_rows(const PrimaryKey& key);

// A table that exists may hold rows that a new constraint refuses: a transform changes them first. There is none where
// the rows cannot violate the constraint: it follows from another one, or its column is new and holds nothing, or what
// a backfill writes.

/// Duplicates before a primary key, a unique constraint or a unique index. O(constraints of the table).
void guard_unique(Draft& draft, const Name& table, const UniqueRows& wanted);
/// Rows without a match before a foreign key. O(constraints of the table).
void guard_reference(Draft& draft, const Name& table, const ForeignKey& key);
/// Rows that do not satisfy a check. O(columns of the table).
void guard_check(Draft& draft, const Name& table, const Check& check);

}  // namespace plinth
