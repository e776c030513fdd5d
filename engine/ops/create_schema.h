#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {{}, {statement_with_params(label(), Sql("CREATE SCHEMA IF NOT EXISTS {}", Ident{schema}))}, {}};
  }
  void apply(Schema& s) const {
    if (s.find_namespace(schema) == nullptr) insert_sorted(s.namespaces, Namespace{schema, {}, {}});
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
