#pragma once
#include "engine/ops/parts.h"

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
  void apply(Schema& s) const {
    const Namespace& n = require_namespace(s, schema);
    if (!n.tables.empty() || !n.enums.empty()) not_applicable("schema " + q(schema) + " is not empty");
    s.namespaces.erase(s.namespaces.begin() + (&n - s.namespaces.data()));
  }
  Impact impact(const Schema&, int) const {
    Impact out;
    out.fails = "fails while the schema holds anything";
    return out;
  }
};

}  // namespace plinth
