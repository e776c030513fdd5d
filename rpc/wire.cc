#include "rpc/wire.h"

namespace plinth {

void Shape<RequestId>::read(RequestId& out, const Json& j, const JsonPath& at) {
  std::string text = json::dump(j);
  const json::Type type = json::type(j);
  // A fraction, an exponent, or an integer that 64 bits do not hold would come back as another text than was sent.
  const bool integer = type == json::Type::number && text.find_first_not_of("-0123456789") == std::string::npos;
  if (!integer && type != json::Type::string && type != json::Type::null) {
    at.fail("expected a string, an integer of at most 64 bits, or null; got " +
            (type == json::Type::number ? text : std::string(json::type_name(j))));
  }
  out.json = std::move(text);
}

}  // namespace plinth
