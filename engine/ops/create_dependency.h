#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// Something outside the schema that the contract needs; today that is an extension.
struct CreateDependency {
  static constexpr std::string_view kind = "createDependency";
  std::string dependency_id;  // postgres.extension.<name>
  static constexpr auto fields = std::tuple{field("dependencyId", &CreateDependency::dependency_id)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::extensions; }
  std::string id() const { return "extension." + extension(); }
  std::string label() const { return "Enable extension " + q(extension()); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {extension()}; }
  /// The part behind the last dot.
  std::string extension() const { return dependency_id.substr(dependency_id.rfind('.') + 1); }
  Steps steps() const {
    const Sql installed = "EXISTS (SELECT 1 FROM pg_extension WHERE extname = $1)";
    return {
        {check("verify extension " + q(extension()) + " is not already enabled", Sql("SELECT NOT {}", installed),
               {extension()})},
        {statement("create extension " + q(extension()), Sql("CREATE EXTENSION IF NOT EXISTS {}", Ident{extension()}))},
        {check("confirm extension " + q(extension()) + " is enabled", Sql("SELECT {}", installed), {extension()})}};
  }
  void apply(Schema& s) const {
    if (find_named(s.extensions, extension()) == nullptr) insert_sorted(s.extensions, Extension{extension()});
  }
  Impact impact(const Schema&, int) const { return {}; }
};

}  // namespace plinth
