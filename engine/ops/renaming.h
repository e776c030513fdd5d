#pragma once
// What follows when something is renamed or dropped: the uses that the server changes along.
#include "engine/ops/parts.h"

namespace plinth {

/// `public.mood`, quoted where needed: how a column of a user-defined type spells it.
std::string user_type_text(const Name& type);
/// Every column of the type, and of its array, gets the other type; so do casts to it in expressions. O(schema).
void rename_column_type(Schema& schema, const std::string& from, const std::string& to);
/// Defaults, memberships and literals in expressions that hold a value of the enum get the other value. O(schema).
void rename_enum_value_uses(Schema& schema, const Name& type, const std::string& from, const std::string& to);
/// What views need has another name now. O(views).
void rename_needed(Schema& schema, const ObjectId& from, const std::string& to);
/// Foreign keys, views and owned sequences follow a renamed table. O(schema).
void rename_referenced_table(Schema& schema, const Name& from, const std::string& to);
/// Keys, indexes, checks and foreign keys follow a renamed column, on its own table and on those that reference it.
/// O(schema).
void rename_column_uses(Schema& schema, Table& table, const std::string& table_schema, const std::string& from,
                        const std::string& to);
/// Removes what the server removes together with a column: constraints and indexes of the table that use it.
void drop_dependents(Table& table, const std::string& column);
/// Removes the sequences that the server removes together with their owner: all of a table, or those of a column.
/// O(sequences).
void drop_owned_sequences(Schema& schema, const Name& table, const std::optional<std::string>& column);
/// Whether an expression names a column.
bool mentions(const Expression& expression, std::string_view column);
/// Whether a check reads the column.
bool uses(const Check& check, const std::string& column);
/// Whether an index has the column among its keys, its INCLUDE, its expressions or in its predicate.
bool uses(const Index& index, const std::string& column);
const Column& destination_column(const Schema& destination, const Name& table, std::string_view column);

}  // namespace plinth
