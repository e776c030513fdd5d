#include "planner/online.h"

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
    if (op.traits().lineage == nullptr) continue;
    const LineageChange change = op.traits().lineage(op.value());
    if (change.made && change.added == nullptr) created.insert({change.made->at(0), change.made->at(1)});
  }
  const bool may_transform = options.allows(OperationClass::data) && options.allows(OperationClass::destructive);
  std::vector<Operation> out;
  out.reserve(operations.size());
  for (auto& op : operations) {
    if (op.traits().online != nullptr && !is_on_new_table(op, created)) {
      op.traits().online(op.value(), out, may_transform);
    } else {
      out.push_back(std::move(op));
    }
  }
  return out;
}

}  // namespace plinth
