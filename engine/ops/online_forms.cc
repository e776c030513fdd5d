#include "engine/ops/online_forms.h"

#include "engine/ops/indexes/create_index.h"

namespace plinth {

CreateIndex index_for_key(const std::string& schema, const std::string& table, const std::string& name,
                          const std::vector<std::string>& columns, const std::vector<std::string>& include) {
  CreateIndex out{schema, table, {}, true, true};
  out.definition.name = name;
  out.definition.unique = true;
  out.definition.include = include;
  for (const auto& c : columns) out.definition.keys.push_back(IndexKey::of(c));
  return out;
}

}  // namespace plinth
