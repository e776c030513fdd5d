#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// CREATE EXTENSION IF NOT EXISTS.
struct CreateExtension {
  static constexpr std::string_view kind = "createExtension";
  std::string extension;
  static constexpr auto fields = std::tuple{field("extension", &CreateExtension::extension)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::extensions; }
  std::string id() const { return "extension." + extension; }
  std::string label() const { return "Create extension " + q(extension); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {extension}; }
  Steps steps() const {
    return {{},
            {statement("Create extension " + q(extension), Sql("CREATE EXTENSION IF NOT EXISTS {}", Ident{extension}))},
            {}};
  }
  void apply(Schema& s) const {
    if (find_named(s.extensions, extension) == nullptr) insert_sorted(s.extensions, Extension{extension});
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
