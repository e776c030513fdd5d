#include "planner/plan/values.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/sql/reading/row_statement.h"

namespace plinth {
namespace {

bool fills_with_default(const TransformQuery& query) {
  const auto statement = RowStatement::read(query.sql);
  if (!statement || statement->assigns().size() != 1) return false;
  return query.sql == fill_with_default(Sql::trusted(statement->table()), statement->assigns().front()).text();
}

}  // namespace

bool reads_values(const Operation& op) {
  if (operation_class(op) != OperationClass::data) return false;
  const auto* transform = get_if<DataTransform>(&op);
  if (transform == nullptr || !transform->run) return true;
  return !std::all_of(transform->run->begin(), transform->run->end(), fills_with_default);
}

std::optional<Name> table_of_values(const Operation& op) {
  if (const auto* change = get_if<AlterColumnType>(&op)) return change->on();
  const bool drops = holds_alternative<DropColumn>(op) || holds_alternative<DropTable>(op) ||
                     (holds_alternative<RawSql>(op) && operation_class(op) == OperationClass::destructive);
  const auto stated = drops ? target(op) : std::nullopt;
  if (!stated || (!stated->table && stated->object_type != "table")) return {};
  return Name{stated->schema, stated->table.value_or(stated->name)};
}

HeldTogether held_together(const std::vector<Operation>& operations) {
  HeldTogether out;
  const auto first = std::find_if(operations.begin(), operations.end(), reads_values);
  for (auto it = first; it != operations.end(); ++it) {
    if (!table_of_values(*it)) continue;
    out.first = static_cast<std::size_t>(first - operations.begin());
    out.end = static_cast<std::size_t>(it - operations.begin()) + 1;
  }
  return out;
}

}  // namespace plinth
