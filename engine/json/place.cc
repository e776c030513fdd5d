#include "engine/json/place.h"

#include "engine/error.h"

namespace plinth {

std::string read_place(const Json& j, const JsonPath& at) {
  std::string out = json::read_string(j, at);
  if (out.find('\0') == std::string::npos) return out;
  throw Error(at.code, at.text() + ": holds a NUL character", "Paths and URLs end where one stands.")
      .fix("Give the text without it.")
      .with("path", at.text());
}

}  // namespace plinth
