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
  while (name.size() + suffix.size() > longest || is_continuation(name.back())) name.pop_back();
  return name.append(suffix);
}

}  // namespace plinth
