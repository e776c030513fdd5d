#include "engine/names.h"

namespace plinth {

std::string dotted(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& p : path) out += (out.empty() ? "" : ".") + p;
  return out;
}

std::string temporary_name(std::string name, std::string_view suffix) {
  constexpr std::size_t longest = 63;
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  if (name.size() + suffix.size() > longest) {
    std::size_t kept = longest - suffix.size();
    while (kept > 0 && is_continuation(name[kept])) --kept;
    name.resize(kept);
  }
  return name.append(suffix);
}

}  // namespace plinth
