#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
