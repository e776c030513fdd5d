#pragma once
// The SQL spelling of the parts of a table.
#include "engine/schema/schema.h"

namespace plinth {

/// A type as DDL spells it; user-defined names come quoted already.
Sql type_sql(const std::string& type);
/// What stands behind DEFAULT. `cast` adds the type to text literals (`'x'::uuid`), as CREATE and ADD COLUMN do.
Sql default_sql(const Default& value, const std::string& type, bool cast);
/// ` (START WITH 10 INCREMENT BY 5)`, what stands behind AS IDENTITY; empty where all options have their defaults.
Sql sequence_options_sql(const std::optional<SequenceOptions>& options);
/// ` AS int2 START WITH 10 INCREMENT BY 5`, what stands behind CREATE SEQUENCE.
Sql sequence_clauses_sql(const SequenceOptions& options);
/// ` AS int2 MAXVALUE 100 NO CYCLE`, what stands behind ALTER SEQUENCE to lead from some options to others.
Sql changed_sequence_clauses_sql(const SequenceOptions& from, const SequenceOptions& to);
/// The sequence that a column draws from, behind its identity or by its default, as a subquery; NULL where it draws
/// from none. A column may own others, and pg_get_serial_sequence gives any of them.
Sql drawn_sequence_sql(const Name& table, const std::string& column);
/// Whether the last number of a sequence can be outside of the bounds of other options.
bool narrows(const SequenceOptions& from, const SequenceOptions& to);
/// Whether a sequence counts in the other direction with other options; it starts again then.
bool turns(const SequenceOptions& from, const SequenceOptions& to);
/// Whether the increment is negative.
bool descends(const std::optional<SequenceOptions>& options);
/// Where a sequence starts: where it says, else at the end that it counts away from. Digits.
std::string sequence_start(const std::optional<SequenceOptions>& options);
/// `SET MAXVALUE 100 SET NO CYCLE`: what leads from some options of an identity column to others.
Sql changed_sequence_options_sql(const std::optional<SequenceOptions>& from, const std::optional<SequenceOptions>& to);
/// `"name" type [COLLATE …] [GENERATED …] [DEFAULT …] [NOT NULL]`; SERIAL and its kin for autoincrement.
Sql column_sql(const Column& column);
/// `PRIMARY KEY ("a") INCLUDE ("b") DEFERRABLE …`
Sql primary_key_sql(const PrimaryKey& key);
Sql unique_sql(const Unique& unique);
/// What stands behind PRIMARY KEY or UNIQUE for a constraint that takes an index over: `USING INDEX "a" DEFERRABLE …`
Sql using_index_sql(const std::string& index, const std::optional<Deferral>& deferral);
/// The clauses of a foreign key, one a line.
Sql foreign_key_sql(const ForeignKey& key);
/// What stands between the parentheses of CHECK.
Sql check_condition(const Check& check);
Sql check_sql(const Check& check);
/// Whether the value of a storage parameter stands without quotes: a number, `true` or `false`.
bool is_bare_option(std::string_view value);
/// What stands behind CREATE INDEX: `"name" ON "s"."t" USING … (…) …`.
/// A role, and the right to grant, as GRANT states them of a row `a` of aclexplode.
Sql grantee_sql();
Sql grant_option_sql();
/// A DO block in which no name of the search path can stand for one of the server: what it calls, and what it
/// executes, is found in pg_catalog, unless a schema is stated. The path is as before behind it.
Sql guarded_block(const Sql& declarations, const Sql& body);
Sql index_sql(const Index& index, const Name& table);
Sql policy_sql(const Policy& policy, const Name& table);
std::string_view action_sql(ReferentialAction action);

}  // namespace plinth
