#pragma once
// One operation of every kind, and a schema to which all of them can be applied.
#include <string>
#include <vector>

#include "engine/operation.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/alter_identity.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/drop_expression.h"
#include "engine/ops/columns/drop_not_null.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/add_foreign_key.h"
#include "engine/ops/constraints/add_primary_key.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/constraints/validate_constraint.h"
#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_dependency.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/database/create_schema.h"
#include "engine/ops/database/drop_extension.h"
#include "engine/ops/database/drop_schema.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/row_security/disable_row_level_security.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/row_security/enable_row_level_security.h"
#include "engine/ops/row_security/force_row_level_security.h"
#include "engine/ops/row_security/rename_rls_policy.h"
#include "engine/ops/sequences/alter_owned_sequence.h"
#include "engine/ops/sequences/alter_sequence.h"
#include "engine/ops/sequences/create_sequence.h"
#include "engine/ops/sequences/drop_sequence.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/triggers/create_sync_trigger.h"
#include "engine/ops/triggers/drop_sync_trigger.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_enum_value.h"
#include "engine/ops/types/rename_type.h"
#include "engine/ops/views/create_view.h"
#include "engine/ops/views/detach_view.h"
#include "engine/ops/views/drop_view.h"
#include "engine/ops/views/restore_view.h"

namespace plinth::test {

inline Column column(std::string name, std::string type = "text", bool nullable = false) {
  Column out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.nullable = nullable;
  return out;
}

inline Check check_of(const std::string& name, const std::string& expression, bool not_valid = false) {
  Check out;
  out.name = name;
  out.expression = expression;
  out.not_valid = not_valid;
  return out;
}

inline Index index_of(const std::string& name, const std::string& column_name) {
  Index out;
  out.name = name;
  out.keys = {{column_name, {}, {}, {}, false, {}}};
  return out;
}

inline ForeignKey foreign_key(const std::string& name) {
  ForeignKey out;
  out.name = name;
  out.columns = {"author"};
  out.referenced_schema = "public";
  out.referenced_table = "users";
  out.referenced_columns = {"id"};
  return out;
}

inline Policy policy_of(const std::string& name) {
  Policy out;
  out.name = name;
  out.using_expression = Expression("id = 1");
  return out;
}

inline View view_of(const std::string& name, const std::string& query) {
  View out;
  out.name = name;
  out.query = query;
  out.columns = {{"n", "integer"}};
  return out;
}

// What every operation below can be applied to.
inline Schema house() {
  Table users;
  users.name = "users";
  users.columns = {column("id", "int4"), column("email"), column("age", "int4", true),
                   column("mood", "public.mood", true)};
  users.columns[1].fallback = Default{Default::Kind::literal, "\"none\""};
  users.primary_key = PrimaryKey{"users_pkey", {"id"}, {}, {}, true};
  users.uniques = {{"users_email_key", {"email"}, {}, false, {}, true}};
  users.checks = {check_of("users_age_check", "age > 0", true)};
  users.indexes = {index_of("users_age_idx", "age")};
  users.policies = {policy_of("own")};
  users.row_security = true;
  Table posts;
  posts.name = "posts";
  posts.columns = {column("id", "int4"), column("author", "int4"), column("body", "text", true),
                   column("next", "int4", true)};
  posts.columns[0].fallback = Default{Default::Kind::expression, "autoincrement()"};
  posts.columns[3].generated = Expression("id + 1");
  posts.foreign_keys = {foreign_key("posts_author_fkey")};
  posts.indexes = {index_of("posts_id_key", "id")};
  Schema out;
  out.extensions = {{"citext"}};
  out.namespaces = {{"attic"}, {"public", {{"mood", {"sad", "happy"}}, {"size", {"s"}}}, {posts, users}}};
  out.namespaces[1].sequences = {{"counter"}};
  out.namespaces[1].views = {view_of("one", "SELECT 1 AS n")};
  return out;
}

inline Table notes() {
  Table t;
  t.name = "notes";
  t.columns = {column("id", "int8"), column("text", "text", true)};
  t.columns[0].fallback = Default{Default::Kind::expression, "autoincrement()"};
  t.primary_key = PrimaryKey{"notes_pkey", {"id"}, {}, {}, false};
  return t;
}

inline RawSql raw() {
  RawSql out;
  out.raw_id = "raw";
  out.raw_label = "By hand";
  out.raw_class = OperationClass::widening;
  out.invariant_id = "done";
  out.execute = {{"do it", "SELECT $1", std::vector<JsonText>{{"1"}}, {}}};
  return out;
}

inline DataTransform transform() {
  DataTransform out;
  out.name = "fill";
  out.invariant_id = "filled";
  out.check.emplace().query = TransformQuery{"SELECT 1 FROM t WHERE a IS NULL", {}};
  out.run = {{"UPDATE t SET a = $1", {{"\"x\""}}}};
  return out;
}

struct Sample {
  Operation op;
  // What a second time gives: the same again, or a refusal.
  bool repeatable = false;
  // Whether it asks nothing of the schema it is applied to.
  bool unconditional = false;
};

// One of every kind, at least.
inline std::vector<Sample> samples() {
  Column added = column("bio", "character varying(20)", true);
  Column relaxed = column("handle", "text", true);
  const PrimaryKey key{"posts_pkey", {"id"}, {}, {}, true};
  const Unique email{"posts_body_key", {"body"}, {}, false, {}, true};
  Policy read = policy_of("read");
  read.command = PolicyCommand::select;
  read.roles = {"reader"};
  ForeignKey editor = foreign_key("posts_id_fkey");
  editor.columns = {"id"};
  editor.on_delete = ReferentialAction::cascade;
  Column stamped = column("stamp", "text", true);
  ForeignKey later = editor;
  later.not_valid = true;
  DataTransform alone = transform();
  alone.own_transaction = true;
  return {
      {CreateExtension{"hstore"}, true, true},
      {CreateExtension{"ltree", "shop", "1.2"}, true, true},
      {AlterExtension{"citext", "shop", false, {}}, true},
      {AlterExtension{"citext", {}, true, "1.6"}, true},
      {DropExtension{"citext"}},
      {CreateDependency{"postgres.extension.hstore"}, true, true},
      {CreateSchema{"shop"}, true, true},
      {DropSchema{"attic"}},
      {CreateEnumType{"public", "color", {"red", "it's"}, false}},
      {CreateEnumType{"public", "color", {"red"}, true}},
      {AddEnumValues{"public", "mood", {"calm", "cross"}, "happy"}},
      {AddEnumValues{"public", "mood", {"calm"}, {}}},
      {AddEnumValues{"public", "mood", {"calm"}, {}, true}},
      {DropEnumType{"public", "size"}},
      {RenameType{"public", "mood", "temper"}},
      {RenameEnumValue{"public", "mood", "sad", "blue"}},
      {CreateTable::of("public", notes())},
      {DropTable{"public", "posts"}},
      {RenameTable{"public", "users", "people"}},
      {AddColumn{"public", "users", added, false}},
      {AddColumn{"public", "users", relaxed, true}},
      {AddColumn{"public", "users", stamped, true, true}},
      {DropColumn{"public", "users", "age"}},
      {RenameColumn{"public", "users", "id", "key"}},
      {AlterColumnType{"public", "users", "age", "int8", {}, {}, true, false}, true},
      {AlterColumnType{"public", "users", "age", "text", "age::text || '!'", {}, true, true}, true},
      {SetNotNull{"public", "users", "age"}, true},
      {DropNotNull{"public", "users", "email"}, true},
      {SetDefault{"public", "users", "age", {Default::Kind::literal, "7"}, "int4", false}, true},
      {DropDefault{"public", "users", "email"}, true},
      {DropExpression{"public", "posts", "next"}, true},
      {CreateSequence{"public", {"fresh", {"5", "2"}}}},
      {AlterSequence{"public", "counter", {}, {"5"}, {}, SequenceOwner{"public", "users", "age"}}, true},
      {DropSequence{"public", "counter"}},
      {AlterOwnedSequence{"public", "posts", "id", {}, SequenceOptions{"5"}}, true},
      {CreateView{"public", view_of("two", "SELECT 2 AS n")}},
      {CreateView{"public", view_of("one", "SELECT 2 AS n"), true}, true},
      {DropView{"public", "one"}},
      {DetachView{"public", view_of("one", "SELECT 1 AS n")}, true, true},
      {DetachView{"public", view_of("one", "SELECT 1 AS n"), std::vector<std::string>{"n"}}, true, true},
      {RestoreView{"public", view_of("one", "SELECT 2 AS n")}, true, true},
      {RestoreView{"public", view_of("one", "SELECT 2 AS n"), true}, true, true},
      {AlterIdentity{"public", "users", "id", {}, Identity::always}, true},
      {AlterIdentity{"public", "users", "id", {}, Identity::always, {}, SequenceOptions{"5", "2", {}, "100", {}, true}},
       true},
      {AddPrimaryKey{"public", "posts", key}},
      {AddPrimaryKey{"public", "posts", PrimaryKey{"posts_id_key", {"id"}, {}, {}, true}, true}},
      {AddUnique{"public", "posts", email}},
      {AddUnique{"public", "posts", Unique{"posts_id_key", {"id"}, {}, false, {}, true}, true}},
      {AddForeignKey{"public", "posts", editor}},
      {AddForeignKey{"public", "posts", later}},
      {AddCheckConstraint{"public", "posts", check_of("posts_id_check", "id > 0")}},
      {AddCheckConstraint{"public", "posts", check_of("posts_id_check", "id > 0", true)}},
      {AddCheckConstraint{"public", "posts", check_of("posts_id_check", "id > 0", true), true}},
      {DropConstraint{"public", "users", "users_email_key", "unique"}},
      {DropConstraint{"public", "users", "users_pkey", "primaryKey"}},
      {DropConstraint{"public", "posts", "posts_author_fkey", "foreignKey"}},
      {DropCheckConstraint{"public", "users", "users_age_check"}},
      {RenameConstraint{"public", "users", "users_email_key", "one_email"}},
      {ValidateConstraint{"public", "users", "users_age_check"}, true},
      {ValidateConstraint{"public", "users", "users_age_check", true}, true},
      {CreateIndex{"public", "posts", index_of("posts_body_idx", "body")}},
      {CreateIndex{"public", "posts", index_of("posts_body_idx", "body"), true}},
      {CreateIndex{"public", "posts", index_of("posts_body_key", "body"), true, true}},
      {DropIndex{"public", "users", "users_age_idx"}},
      {DropIndex{"public", "users", "users_age_idx", true}},
      {RenameIndex{"public", "users", "users_age_idx", "by_age"}},
      {EnableRowLevelSecurity{"public", "posts"}, true},
      {DisableRowLevelSecurity{"public", "users"}, true},
      {ForceRowLevelSecurity{"public", "users", true}, true},
      {ForceRowLevelSecurity{"public", "users", false}, true},
      {CreateRlsPolicy{"public", "posts", read}},
      {DropRlsPolicy{"public", "users", "own"}},
      {RenameRlsPolicy{"public", "users", "own", "mine"}},
      {CreateSyncTrigger{"public", "users", "age", "id + 1"}, true, true},
      {DropSyncTrigger{"public", "users", "age"}, true, true},
      {transform(), true, true},
      {alone, true, true},
      {raw(), true, true},
  };
}

}  // namespace plinth::test
