#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP SCHEMA of an empty schema.
struct DropSchema {
  static constexpr std::string_view kind = "dropSchema";
  std::string schema;
  static constexpr auto fields = std::tuple{field("schema", &DropSchema::schema)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_schemas; }
  std::string id() const { return "dropSchema." + schema; }
  std::string label() const { return "Drop schema " + q(schema); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {schema}; }
  Steps steps() const { return {{}, {statement(label(), Sql("DROP SCHEMA IF EXISTS {}", Ident{schema}))}, {}}; }
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;

  void disturbs(UnmanagedUses& uses) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_lineage | no_turning | no_loss | no_online | no_calls |
                                       no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
