#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// DROP EXTENSION, without CASCADE.
struct DropExtension {
  static constexpr std::string_view kind = "dropExtension";
  std::string extension;
  static constexpr auto fields = std::tuple{field("extension", &DropExtension::extension)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::drop_extensions; }
  std::string id() const { return "dropExtension." + extension; }
  std::string label() const { return "Drop extension " + q(extension); }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {extension}; }
  Steps steps() const;
  void apply(Schema& s) const { remove_node(s.extensions, extension, Name{"", "the database"}); }
  Impact impact(const Schema&, int) const;
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_online |
                                       no_calls | no_type_change | no_recognition | no_mentions;
};

}  // namespace plinth
