#include "engine/ops/by_hand/raw_sql.h"

#include "engine/ops/define_operation.h"

namespace plinth {

TransactionMode RawSql::transaction() const {
  if (!raw_meta) return TransactionMode::shared;
  const auto meta = json::parse(raw_meta->text, Code::migration_invalid_operation_entry);
  const bool object = json::type(*meta) == json::Type::object;
  const Json* mode = object ? json::member(*meta, "transaction") : nullptr;
  TransactionMode out = TransactionMode::shared;
  const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "meta");
  if (mode != nullptr) decode(out, *mode, at.member("transaction"));
  return out;
}

std::optional<Loss> RawSql::loss(const LossContext&) const {
  return Loss{LossKind::opaque, {raw_id}, raw_label, "what " + q(raw_label) + " did is not known and stays done", {}};
}

template const OperationTraits& traits_of<RawSql>();

}  // namespace plinth
