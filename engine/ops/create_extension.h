#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE EXTENSION IF NOT EXISTS, in the schema and the version that the destination states.
struct CreateExtension {
  static constexpr std::string_view kind = "createExtension";
  std::string extension;
  std::optional<std::string> in_schema = {}, version = {};
  static constexpr auto fields =
      std::tuple{field("extension", &CreateExtension::extension), field("schema", &CreateExtension::in_schema),
                 field("version", &CreateExtension::version)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::extensions; }
  std::string id() const { return "extension." + extension; }
  std::string label() const { return "Create extension " + q(extension); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {extension}; }
  Steps steps() const {
    Sql sql("CREATE EXTENSION IF NOT EXISTS {}", Ident{extension});
    if (in_schema) sql += Sql(" WITH SCHEMA {}", Ident{*in_schema});
    if (version) sql += Sql(" VERSION {}", Literal{*version});
    return {{}, {statement("Create extension " + q(extension), sql)}, {}};
  }
  void apply(Schema& s) const {
    if (find_named(s.extensions, extension) == nullptr) {
      insert_sorted(s.extensions, Extension{extension, in_schema, version});
    }
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
