#pragma once
#include <string>

namespace plinth {

/// Now, as manifests write it: ISO 8601, UTC, milliseconds.
std::string now_iso();

}  // namespace plinth
