#include "engine/objects/sequence.h"

#include <charconv>

namespace plinth {

void SequenceOptions::validate(const JsonPath& at) const {
  const auto is_number = [](const std::string& text) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size();
  };
  for (const auto& [key, value] :
       {std::pair{"start", &start}, std::pair{"increment", &increment}, std::pair{"minimum", &minimum},
        std::pair{"maximum", &maximum}, std::pair{"cache", &cache}}) {
    if (*value && !is_number(**value))
      at.member(key).fail("expected the digits of an integer of 64 bits, got " + json::quote(**value));
  }
}

}  // namespace plinth
