#pragma once
// What an action fails with.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace plinth::test {

inline std::optional<Error> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e;
  }
  return {};
}

inline std::string code_of(const std::function<void()>& action) {
  const auto e = error_of(action);
  return e ? std::string(row(e->code()).name) : "none";
}

/// The JSON text of one entry of an error's meta; empty when it is absent.
inline std::string meta(const Error& e, std::string_view key) {
  for (const auto& [k, v] : e.meta()) {
    if (k == key) return v;
  }
  return {};
}

}  // namespace plinth::test
