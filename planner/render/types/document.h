#pragma once
// A contract document, as far as its types are made of it: what is missing, or is not of the type expected, is absent.
#include <functional>
#include <string>

#include "engine/json/members.h"
#include "engine/locale_compare.h"

namespace plinth {

/// `each_object_in`, in the order of JavaScript's localeCompare. O(n log n).
void each_sorted_object_in(const Json* object, const std::function<void(const std::string& key, const Json& value)>& f);

/// The parts of a document by their place.
const Json* domain_namespaces(const Json& document);
const Json* storage_namespaces(const Json& document);
const Json* storage_entities(const Json& storage_namespace, std::string_view kind);
/// A table, a column of it, a value set; nullptr when there is none.
const Json* storage_entity(const Json& document, const std::string& space, std::string_view kind,
                           const std::string& name);
/// The type parameters of a column: its own, or those of the type that it refers to.
const Json* column_parameters(const Json& document, const Json& column);
/// The values that a column may have, or nullptr.
const Json* column_values(const Json& document, const Json& column);

}  // namespace plinth
