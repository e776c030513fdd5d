#include "planner/plan/commit_groups.h"

namespace plinth {

std::vector<CommitGroup> commit_groups(const std::vector<Operation>& operations) {
  std::vector<CommitGroup> out;
  bool open = false;  // whether the last group takes more
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const TransactionMode mode = transaction_mode(operations[i]);
    const bool shared = mode == TransactionMode::shared;
    if (!shared || !open) {
      out.push_back({mode == TransactionMode::none ? GroupMode::none : GroupMode::transaction, {}, i});
    }
    out.back().operations.push_back(id(operations[i]));
    open = shared;
  }
  return out;
}

bool fits_one_transaction(const std::vector<CommitGroup>& groups) {
  return groups.empty() || (groups.size() == 1 && groups.front().mode == GroupMode::transaction);
}

}  // namespace plinth
