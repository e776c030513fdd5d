#pragma once
#include "engine/ops/parts.h"

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
  Steps steps() const {
    return {
        {}, {statement("Drop extension " + q(extension), Sql("DROP EXTENSION IF EXISTS {}", Ident{extension}))}, {}};
  }
  void apply(Schema& s) const { remove_node(s.extensions, extension, Name{"", "the database"}); }
  Impact impact(const Schema&, int) const {
    Impact out;
    out.fails = "fails while anything still uses the extension";
    return out;
  }
};

}  // namespace plinth
