#include "planner/plan/commit_groups.h"

namespace plinth {
namespace {

GroupMode group_mode(TransactionMode mode) {
  switch (mode) {
    case TransactionMode::in_tx:
    case TransactionMode::requires_tx: return GroupMode::transaction;
    case TransactionMode::non_tx: return GroupMode::none;
    case TransactionMode::long_running: return GroupMode::batches;
  }
  return GroupMode::transaction;
}

}  // namespace

std::vector<CommitGroup> commit_groups(const std::vector<Operation>& operations) {
  std::vector<CommitGroup> out;
  bool open = false;  // whether the last group takes more
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const TransactionMode mode = transaction_mode(operations[i]);
    const bool shared = mode == TransactionMode::in_tx;
    if (!shared || !open) {
      out.push_back({group_mode(mode), {}, i});
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
