#include "planner/plan/online.h"

#include <set>

#include "engine/ops/questions.h"
#include "planner/plan/values.h"

namespace plinth {
namespace {

// Operations on columns and parts of tables name the table first.
bool is_on_new_table(const Operation& op, const std::set<Name>& created) {
  const std::vector<std::string> at = path(op);
  return at.size() > 1 && created.count({at[0], at[1]}) > 0;
}

}  // namespace

std::vector<Operation> online(std::vector<Operation> operations, const PlanOptions& options) {
  std::set<Name> created;
  for (const auto& op : operations) {
    const LineageChange change = lineage_change(op);
    if (change.made && change.added == nullptr) created.insert({change.made->at(0), change.made->at(1)});
  }
  const bool may_transform = options.allows(OperationClass::data) && options.allows(OperationClass::destructive);
  const HeldTogether together = held_together(operations);
  std::vector<Operation> out;
  out.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    Operation& op = operations[i];
    if ((i >= together.first && i < together.end) || is_on_new_table(op, created)) {
      out.push_back(std::move(op));
    } else {
      add_online_form(std::move(op), may_transform, out);
    }
  }
  return out;
}

}  // namespace plinth
