#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// An operation whose statements a person wrote, or that another tool stored. What it does to the schema is not known;
/// the database is asked after it ran.
struct RawSql {
  static constexpr std::string_view kind = "rawSql";
  std::string raw_id, raw_label;
  std::optional<std::string> raw_summary;
  OperationClass raw_class = OperationClass::destructive;
  std::optional<std::string> invariant_id;
  JsonText raw_target{R"({"id":"postgres"})"};
  std::vector<Step> precheck, execute, postcheck;
  std::optional<JsonText> raw_meta;
  static constexpr auto fields = std::tuple{field("id", &RawSql::raw_id),
                                            field("label", &RawSql::raw_label),
                                            field("summary", &RawSql::raw_summary),
                                            field("operationClass", &RawSql::raw_class),
                                            field("invariantId", &RawSql::invariant_id),
                                            defaulted("target", &RawSql::raw_target),
                                            field("precheck", &RawSql::precheck),
                                            field("execute", &RawSql::execute),
                                            field("postcheck", &RawSql::postcheck),
                                            field("meta", &RawSql::raw_meta)};

  OperationClass operation_class() const { return raw_class; }
  Phase phase() const { return Phase::transforms; }
  std::string id() const { return raw_id; }
  std::string label() const { return raw_label; }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {raw_id}; }
  Steps steps() const { return {precheck, execute, postcheck}; }
  TransactionMode transaction() const {
    if (!raw_meta) return TransactionMode::shared;
    const auto meta = json::parse(raw_meta->text, Code::migration_invalid_operation_entry);
    const bool object = json::type(*meta) == json::Type::object;
    const Json* mode = object ? json::member(*meta, "transaction") : nullptr;
    TransactionMode out = TransactionMode::shared;
    const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "meta");
    if (mode != nullptr) decode(out, *mode, at.member("transaction"));
    return out;
  }
  void apply(Schema&) const {}
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
