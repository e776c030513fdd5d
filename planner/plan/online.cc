#include "planner/plan/online.h"

#include <set>

#include "engine/ops/questions.h"

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
  std::vector<Operation> out;
  out.reserve(operations.size());
  for (auto& op : operations) {
    if (is_on_new_table(op, created)) {
      out.push_back(std::move(op));
    } else {
      add_online_form(std::move(op), may_transform, out);
    }
  }
  return out;
}

}  // namespace plinth
