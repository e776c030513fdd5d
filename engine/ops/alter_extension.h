#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER EXTENSION … SET SCHEMA, ALTER EXTENSION … UPDATE.
struct AlterExtension {
  static constexpr std::string_view kind = "alterExtension";
  std::string extension;
  std::optional<std::string> to_schema = {};   // absent: it stays where it is
  bool updates = false;                        // whether its version changes
  std::optional<std::string> to_version = {};  // absent: the server's default one
  static constexpr auto fields =
      std::tuple{field("extension", &AlterExtension::extension), field("toSchema", &AlterExtension::to_schema),
                 field("updates", &AlterExtension::updates), field("toVersion", &AlterExtension::to_version)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::extensions; }
  std::string id() const { return "alterExtension." + extension; }
  std::string label() const { return "Alter extension " + q(extension); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {extension}; }
  Steps steps() const {
    Steps out;
    if (to_schema) {
      out.execute.push_back(statement("move extension " + q(extension) + " to schema " + q(*to_schema),
                                      Sql("ALTER EXTENSION {} SET SCHEMA {}", Ident{extension}, Ident{*to_schema})));
    }
    if (updates) {
      Sql sql("ALTER EXTENSION {} UPDATE", Ident{extension});
      if (to_version) sql += Sql(" TO {}", Literal{*to_version});
      out.execute.push_back(statement("update extension " + q(extension), sql));
    }
    return out;
  }
  void apply(Schema& s) const {
    Extension& e = require_node(s.extensions, extension, Name{"", "the database"});
    if (to_schema) e.schema = to_schema;
    if (updates) e.version = to_version;
  }
  Impact impact(const Schema&, int) const {
    Impact out;
    if (updates) out.fails = "fails when the server has no way to the other version";
    return out;
  }
};

}  // namespace plinth
