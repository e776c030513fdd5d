#include "engine/objects/sequence.h"

#include <algorithm>

namespace plinth {

void SequenceOptions::validate(const JsonPath& at) const {
  const auto is_number = [](std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() < 20 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  for (const auto& [key, value] :
       {std::pair{"start", &start}, std::pair{"increment", &increment}, std::pair{"minimum", &minimum},
        std::pair{"maximum", &maximum}, std::pair{"cache", &cache}}) {
    if (*value && !is_number(**value))
      at.member(key).fail("expected the digits of a whole number, got " + json::quote(**value));
  }
}

}  // namespace plinth
