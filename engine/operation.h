#pragma once
// Every kind of operation, and what can be asked of any of them. A kind that lacks a part does not compile.
#include <concepts>

#include "engine/ops/add_check_constraint.h"
#include "engine/ops/add_column.h"
#include "engine/ops/add_enum_values.h"
#include "engine/ops/add_foreign_key.h"
#include "engine/ops/add_primary_key.h"
#include "engine/ops/add_unique.h"
#include "engine/ops/alter_column_type.h"
#include "engine/ops/alter_extension.h"
#include "engine/ops/alter_identity.h"
#include "engine/ops/create_dependency.h"
#include "engine/ops/create_enum_type.h"
#include "engine/ops/create_extension.h"
#include "engine/ops/create_index.h"
#include "engine/ops/create_rls_policy.h"
#include "engine/ops/create_schema.h"
#include "engine/ops/create_table.h"
#include "engine/ops/data_transform.h"
#include "engine/ops/disable_row_level_security.h"
#include "engine/ops/drop_check_constraint.h"
#include "engine/ops/drop_column.h"
#include "engine/ops/drop_constraint.h"
#include "engine/ops/drop_default.h"
#include "engine/ops/drop_enum_type.h"
#include "engine/ops/drop_expression.h"
#include "engine/ops/drop_extension.h"
#include "engine/ops/drop_index.h"
#include "engine/ops/drop_not_null.h"
#include "engine/ops/drop_rls_policy.h"
#include "engine/ops/drop_schema.h"
#include "engine/ops/drop_table.h"
#include "engine/ops/enable_row_level_security.h"
#include "engine/ops/force_row_level_security.h"
#include "engine/ops/raw_sql.h"
#include "engine/ops/rename_column.h"
#include "engine/ops/rename_constraint.h"
#include "engine/ops/rename_enum_value.h"
#include "engine/ops/rename_index.h"
#include "engine/ops/rename_rls_policy.h"
#include "engine/ops/rename_table.h"
#include "engine/ops/rename_type.h"
#include "engine/ops/set_default.h"
#include "engine/ops/set_not_null.h"
#include "engine/ops/validate_constraint.h"

namespace plinth {

using Operation =
    std::variant<CreateExtension, AlterExtension, DropExtension, CreateDependency, CreateSchema, DropSchema,
                 CreateEnumType, AddEnumValues, DropEnumType, RenameType, RenameEnumValue, CreateTable, DropTable,
                 RenameTable, AddColumn, DropColumn, RenameColumn, AlterColumnType, SetNotNull, DropNotNull, SetDefault,
                 DropDefault, DropExpression, AlterIdentity, AddPrimaryKey, AddUnique, AddForeignKey,
                 AddCheckConstraint, DropConstraint, DropCheckConstraint, RenameConstraint, ValidateConstraint,
                 CreateIndex, DropIndex, RenameIndex, EnableRowLevelSecurity, DisableRowLevelSecurity,
                 ForceRowLevelSecurity, CreateRlsPolicy, DropRlsPolicy, RenameRlsPolicy, DataTransform, RawSql>;

template <class T>
concept OperationKind = Described<T> && requires(const T op, Schema& schema, const Schema& before) {
  { T::kind } -> std::convertible_to<std::string_view>;
  { op.operation_class() } -> std::same_as<OperationClass>;
  { op.phase() } -> std::same_as<Phase>;
  { op.id() } -> std::same_as<std::string>;
  { op.label() } -> std::same_as<std::string>;
  { op.target() } -> std::same_as<std::optional<Target>>;
  { op.path() } -> std::same_as<std::vector<std::string>>;
  { op.steps() } -> std::same_as<Steps>;
  { op.impact(before, 0) } -> std::same_as<Impact>;
  { op.apply(schema) } -> std::same_as<void>;
};
template <class... Ts>
constexpr bool all_kinds(const std::variant<Ts...>*) {
  return (OperationKind<Ts> && ...);
}
static_assert(all_kinds(static_cast<const Operation*>(nullptr)));

std::string_view kind(const Operation& op);
OperationClass operation_class(const Operation& op);
Phase phase(const Operation& op);
std::string id(const Operation& op);
std::string label(const Operation& op);
std::vector<std::string> path(const Operation& op);
Steps steps(const Operation& op);
/// What the operation costs a database in use; `before` is the schema just before it, `server_version` a major version.
/// Never throws: what the schema lacks has no cost.
Impact impact(const Operation& op, const Schema& before, int server_version);
/// How the operation stands to transactions. Of a raw one: what its `meta.transaction` says, else `shared`.
TransactionMode transaction_mode(const Operation& op);
/// What the operation does to a schema. Throws MIGRATION.NOT_APPLICABLE where it cannot be done.
void apply(const Operation& op, Schema& schema);
/// The slots that a person still has to fill.
std::vector<std::string> open_slots(const Operation& op);
std::optional<std::string> invariant_id(const Operation& op);

template <>
struct Shape<Operation> {
  static void read(Operation& out, const Json& j, const JsonPath& at);
  static void write(Json& out, const Operation& op);
  static std::string ts();
  static std::string schema();
};

/// The form in which a package stores an operation: statements with everything they need, nothing to compile. The
/// typed operation rides along as `meta.operation`, so that it can be simulated, rendered and filled later.
RawSql stored_form(const Operation& op, bool with_source = true);
void write_stored(Json& out, const RawSql& stored);
RawSql read_stored(const Json& j, const JsonPath& at);
/// The typed operation of a stored one. One that carries no `meta.operation` stays raw. When the statements are not
/// those of `meta.operation`: an open transform takes them as its `run`; otherwise MIGRATION.STEPS_DIFFER.
Operation from_stored(const RawSql& stored, const JsonPath& at);

/// The thin form: the kind and names only; what they mean stands in the destination.
void write_thin(Json& out, const Operation& op);
/// Reads an operation in any of its forms: stored (it has an `operationClass`), full, or thin (joined with the
/// destination). Throws MIGRATION.UNRESOLVED_DESCRIPTOR for names that the destination lacks.
Operation read_any(const Json& j, const JsonPath& at, const Schema& destination);
/// TypeScript of the thin forms, and of the stored form.
std::string thin_typescript();
std::string stored_typescript();

}  // namespace plinth
