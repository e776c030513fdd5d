#pragma once
#include <string>
#include <vector>

#include "engine/objects/control.h"
#include "engine/objects/object_id.h"

namespace plinth {

/// A native enum type; the order of the values is the order of the type.
struct Enum {
  static constexpr std::string_view node = "enum";
  static constexpr ObjectKind kind = ObjectKind::type;
  std::string name;
  std::vector<std::string> values;
  Control control = Control::managed;
  bool operator==(const Enum&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Enum::name), field("values", &Enum::values)};
};

}  // namespace plinth
