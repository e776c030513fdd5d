#include "planner/render/types/document.h"

#include <algorithm>

namespace plinth {
void each_sorted_object_in(const Json* object, const std::function<void(const std::string&, const Json&)>& f) {
  std::vector<std::pair<std::string, const Json*>> members;
  each_object_in(object, [&](const std::string& key, const Json& value) { members.emplace_back(key, &value); });
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return locale_less(a.first, b.first); });
  for (const auto& [key, value] : members) f(key, *value);
}

const Json* domain_namespaces(const Json& document) {
  const Json* domain = object_in(document, "domain");
  return domain != nullptr ? object_in(*domain, "namespaces") : nullptr;
}

const Json* storage_namespaces(const Json& document) {
  const Json* storage = object_in(document, "storage");
  return storage != nullptr ? object_in(*storage, "namespaces") : nullptr;
}

const Json* storage_entities(const Json& storage_namespace, std::string_view kind) {
  const Json* entries = object_in(storage_namespace, "entries");
  return entries != nullptr ? object_in(*entries, kind) : nullptr;
}

const Json* storage_entity(const Json& document, const std::string& space, std::string_view kind,
                           const std::string& name) {
  const Json* namespaces = storage_namespaces(document);
  const Json* found = namespaces != nullptr ? object_in(*namespaces, space) : nullptr;
  const Json* entities = found != nullptr ? storage_entities(*found, kind) : nullptr;
  return entities != nullptr ? object_in(*entities, name) : nullptr;
}

const Json* column_parameters(const Json& document, const Json& column) {
  const std::string reference = string_in(column, "typeRef");
  if (reference.empty()) return object_in(column, "typeParams");
  const Json* storage = object_in(document, "storage");
  const Json* types = storage != nullptr ? object_in(*storage, "types") : nullptr;
  const Json* type = types != nullptr ? object_in(*types, reference) : nullptr;
  return type != nullptr ? object_in(*type, "typeParams") : nullptr;
}

const Json* column_values(const Json& document, const Json& column) {
  const Json* reference = object_in(column, "valueSet");
  if (reference == nullptr) return nullptr;
  const Json* set =
      storage_entity(document, string_in(*reference, "namespaceId"), "valueSet", string_in(*reference, "entityName"));
  return set != nullptr ? array_in(*set, "values") : nullptr;
}

}  // namespace plinth
