#pragma once
// What several kinds have in common where they hold up others less.
#include "engine/ops/constraints/validate_constraint.h"
#include "engine/ops/indexes/create_index.h"

namespace plinth {

/// The unique index that a key takes over, built while others go on.
CreateIndex index_for_key(const std::string& schema, const std::string& table, const std::string& name,
                          const std::vector<std::string>& columns, const std::vector<std::string>& include);

/// The constraint NOT VALID, then its validation.
template <class AddConstraint>
void validate_later(std::vector<Operation>& out, AddConstraint op) {
  const bool to_validate = !op.definition.not_valid;
  ValidateConstraint validate{op.schema, op.table, op.definition.name, true};
  op.definition.not_valid = true;
  out.emplace_back(std::move(op));
  if (to_validate) out.emplace_back(std::move(validate));
}

}  // namespace plinth
