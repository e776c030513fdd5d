#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  static std::vector<Operation> recognised(const Claim& claim);
  std::vector<js::Doc> calls(CallContext& context) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_type_change | no_mentions;
};

}  // namespace plinth
