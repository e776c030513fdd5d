#include "planner/plan/plan.h"

#include "engine/ops/by_hand/data_transform.h"

namespace plinth {
bool Plan::needs_data_migration() const {
  return std::any_of(operations.begin(), operations.end(),
                     [](const Operation& op) { return holds_alternative<DataTransform>(op); });
}

std::vector<std::string> open_slots(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& op : operations) {
    for (auto& slot : open_slots(op)) out.push_back(std::move(slot));
  }
  return out;
}

void remove_operations(Plan& plan, const std::function<bool(const Operation&)>& goes) {
  std::vector<std::optional<std::size_t>> moved(plan.operations.size());
  std::vector<Operation> kept;
  kept.reserve(plan.operations.size());
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    if (goes(plan.operations[i])) continue;
    moved[i] = kept.size();
    kept.push_back(std::move(plan.operations[i]));
  }
  const auto follow = [&](auto& list) {
    std::erase_if(list, [&](const auto& x) { return !moved[x.position]; });
    for (auto& x : list) x.position = *moved[x.position];
  };
  follow(plan.impacts);
  follow(plan.hazards);
  plan.operations = std::move(kept);
  plan.placeholders = open_slots(plan.operations);
}

Plan plan_of(std::vector<Operation> operations, const Schema& origin, int server_version) {
  Plan out;
  out.operations = std::move(operations);
  Costs weighed = costs(origin, out.operations, server_version);
  out.impacts = std::move(weighed.impacts);
  out.hazards = std::move(weighed.hazards);
  out.placeholders = open_slots(out.operations);
  return out;
}

}  // namespace plinth
