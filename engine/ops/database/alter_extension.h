#pragma once
#include "engine/ops/questions.h"

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
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
