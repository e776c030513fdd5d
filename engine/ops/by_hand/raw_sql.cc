#include "engine/ops/by_hand/raw_sql.h"

#include "engine/ops/define_operation.h"

namespace plinth {

namespace {

// What `meta` says of the statements, where it says it.
template <class T>
std::optional<T> stated(const std::optional<JsonText>& raw_meta, const char* key) {
  if (!raw_meta) return {};
  const auto meta = json::parse(raw_meta->text, Code::migration_invalid_operation_entry);
  const bool object = json::type(*meta) == json::Type::object;
  const Json* value = object ? json::member(*meta, key) : nullptr;
  if (value == nullptr) return {};
  T out{};
  decode(out, *value, JsonPath::root(Code::migration_invalid_operation_entry, "meta").member(key));
  return out;
}

}  // namespace

TransactionMode RawSql::transaction() const {
  if (stated<Batch>(raw_meta, "batch")) return TransactionMode::long_running;
  return stated<TransactionMode>(raw_meta, "transaction").value_or(TransactionMode::in_tx);
}

std::optional<Batch> RawSql::batch() const {
  if (auto batch = stated<Batch>(raw_meta, "batch")) return batch;
  return transaction() == TransactionMode::long_running ? std::optional(Batch{}) : std::nullopt;
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

void require_batchable(const std::vector<RawSql>& operations) {
  for (const auto& op : operations) {
    if (!op.batch()) continue;
    for (const auto& step : op.execute) row_statement(step.sql, op.raw_id);
  }
}

template const OperationTraits& traits_of<RawSql>();

}  // namespace plinth
