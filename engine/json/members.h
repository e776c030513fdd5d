#pragma once
// Reading what need not be as expected: what is missing, or has another type, is absent.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/json.h"

namespace plinth {

/// A member of an object by its type, or nullptr.
const Json* object_in(const Json& object, std::string_view key);
const Json* array_in(const Json& object, std::string_view key);
/// The text of a member that is a string, else an empty one.
std::string string_in(const Json& object, std::string_view key);
bool true_in(const Json& object, std::string_view key);
std::vector<std::string> strings_in(const Json& object, std::string_view key);

/// Calls `f` for the members of an object that are objects; nothing for nullptr.
void each_object_in(const Json* object, const std::function<void(const std::string& key, const Json& value)>& f);
void each_in(const Json* array, const std::function<void(const Json& element)>& f);

}  // namespace plinth
