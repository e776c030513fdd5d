#include "engine/excerpt.h"

namespace plinth {

std::string excerpt(std::string_view text, std::size_t most) {
  constexpr unsigned char continuation = 0x80, continuation_mask = 0xC0;
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & continuation_mask) == continuation) --most;
  return std::string(text.substr(0, most)) + "…";
}

}  // namespace plinth
