#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE SCHEMA IF NOT EXISTS.
struct CreateSchema {
  static constexpr std::string_view kind = "createSchema";
  std::string schema;
  static constexpr auto fields = std::tuple{field("schema", &CreateSchema::schema)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_schemas; }
  std::string id() const { return "schema." + schema; }
  std::string label() const { return "Create schema " + q(schema); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {schema}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
