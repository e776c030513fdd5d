#include "engine/json/members.h"

namespace plinth {
namespace {

const JsonPath here = JsonPath::root(Code::engine_internal, "document");

const Json* typed_member(const Json& object, std::string_view key, json::Type type) {
  const Json* value = json::member(object, key);
  return value != nullptr && json::type(*value) == type ? value : nullptr;
}

}  // namespace

const Json* object_in(const Json& object, std::string_view key) {
  return typed_member(object, key, json::Type::object);
}
const Json* array_in(const Json& object, std::string_view key) { return typed_member(object, key, json::Type::array); }

std::string string_in(const Json& object, std::string_view key) {
  const Json* value = typed_member(object, key, json::Type::string);
  return value != nullptr ? json::read_string(*value, here) : std::string();
}

bool true_in(const Json& object, std::string_view key) {
  const Json* value = typed_member(object, key, json::Type::boolean);
  return value != nullptr && json::read_bool(*value, here);
}

std::vector<std::string> strings_in(const Json& object, std::string_view key) {
  std::vector<std::string> out;
  each_in(array_in(object, key), [&](const Json& e) {
    if (json::type(e) == json::Type::string) out.push_back(json::read_string(e, here));
  });
  return out;
}

void each_object_in(const Json* object, const std::function<void(const std::string&, const Json&)>& f) {
  if (object == nullptr) return;
  json::each_member(*object, here, [&](std::string_view key, const Json& value, const JsonPath&) {
    if (json::type(value) == json::Type::object) f(std::string(key), value);
  });
}

void each_in(const Json* array, const std::function<void(const Json&)>& f) {
  if (array == nullptr) return;
  json::each_element(*array, here, [&](const Json& e, const JsonPath&) { f(e); });
}

}  // namespace plinth
