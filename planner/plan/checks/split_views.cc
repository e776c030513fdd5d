#include "planner/plan/checks/split_views.h"

#include <map>

#include "engine/ops/views/detach_view.h"
#include "engine/ops/views/restore_view.h"

namespace plinth {

void refuse_split_views(const std::vector<Operation>& operations, std::vector<Conflict>& conflicts) {
  std::map<Name, std::size_t> detached;  // since which operation
  std::size_t last_commit = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    if (transaction_mode(op) != TransactionMode::in_tx) last_commit = i;
    if (const auto* detach = get_if<DetachView>(&op)) detached[detach->name()] = i;
    const auto* restore = get_if<RestoreView>(&op);
    if (restore == nullptr) continue;
    const auto since = detached.find(restore->name());
    if (since == detached.end() || last_commit <= since->second) continue;
    conflicts.push_back({ConflictKind::unsupported_operation,
                         "View " + q(restore->definition.name) + " stands in the way of an online plan",
                         label(operations[last_commit]) + " commits while the view is detached.",
                         "Plan without online: true; or drop the view by hand before, and make it again afterwards.",
                         path(op)});
  }
}

}  // namespace plinth
