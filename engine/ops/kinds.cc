#include "engine/ops/kinds.h"

#include <array>

namespace plinth {
namespace {

template <class... Kinds>
struct KindList {
  static std::array<const OperationTraits*, sizeof...(Kinds)> traits() { return {&traits_of<Kinds>()...}; }
};

}  // namespace

// A kind is named here, and nowhere else outside of its own file.
using OperationKinds =
    KindList<struct CreateExtension, struct AlterExtension, struct DropExtension, struct CreateDependency,
             struct CreateSchema, struct DropSchema, struct CreateEnumType, struct AddEnumValues, struct DropEnumType,
             struct RenameType, struct RenameEnumValue, struct CreateTable, struct DropTable, struct RenameTable,
             struct AddColumn, struct DropColumn, struct RenameColumn, struct AlterColumnType, struct SetNotNull,
             struct DropNotNull, struct SetDefault, struct DropDefault, struct DropExpression, struct AlterIdentity,
             struct AddPrimaryKey, struct AddUnique, struct AddForeignKey, struct AddCheckConstraint,
             struct DropConstraint, struct DropCheckConstraint, struct RenameConstraint, struct ValidateConstraint,
             struct CreateIndex, struct DropIndex, struct RenameIndex, struct EnableRowLevelSecurity,
             struct DisableRowLevelSecurity, struct ForceRowLevelSecurity, struct CreateRlsPolicy, struct DropRlsPolicy,
             struct RenameRlsPolicy, struct CreateSequence, struct AlterSequence, struct DropSequence,
             struct AlterOwnedSequence, struct CreateView, struct DropView, struct DetachView, struct RestoreView,
             struct CreateSyncTrigger, struct DropSyncTrigger, struct DataTransform, struct RawSql>;

std::span<const OperationTraits* const> operation_kinds() {
  static const auto kinds = OperationKinds::traits();
  return kinds;
}

const OperationTraits* find_kind(std::string_view name) {
  for (const OperationTraits* k : operation_kinds()) {
    if (k->kind == name) return k;
  }
  return nullptr;
}

}  // namespace plinth
