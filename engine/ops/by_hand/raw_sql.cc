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

std::optional<Target> RawSql::target() const {
  const auto document = json::parse(raw_target.text, Code::migration_invalid_operation_entry);
  const bool object = json::type(*document) == json::Type::object;
  const Json* details = object ? json::member(*document, "details") : nullptr;
  if (details == nullptr || json::type(*details) != json::Type::object) return {};
  bool fits = true;
  json::each_member(*details, {}, [&](std::string_view key, const Json& value, const JsonPath&) {
    const bool known = key == "schema" || key == "objectType" || key == "name" || key == "table";
    fits = fits && known && json::type(value) == json::Type::string;
  });
  for (const char* key : {"schema", "objectType", "name"}) fits = fits && json::member(*details, key) != nullptr;
  if (!fits) return {};
  Target out;
  decode(out, *details, JsonPath::root(Code::migration_invalid_operation_entry, "target.details"));
  return out;
}

std::optional<Loss> RawSql::loss(const LossContext&) const {
  return Loss{LossKind::opaque, {raw_id}, raw_label, "what " + q(raw_label) + " did is not known and stays done", {}};
}

template const OperationTraits& traits_of<RawSql>();

}  // namespace plinth
