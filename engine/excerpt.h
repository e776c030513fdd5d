#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace plinth {

/// What a message repeats of a caller's text: at most so many bytes of it, whole characters, and `…` for the rest.
std::string excerpt(std::string_view text, std::size_t most = 200);

}  // namespace plinth
