#include "runner/jobs/report/renderings.h"

#include "planner/render/migration_ts.h"
#include "planner/render/script.h"

namespace plinth {

std::optional<Renderings> render(const std::vector<Rendering>& wanted, const Plan& plan, const Heading& heading,
                                 const Contract* start, const Contract* end) {
  if (wanted.empty()) return {};
  Renderings out;
  for (const Rendering r : wanted) {
    switch (r) {
      case Rendering::markdown: out.markdown = markdown(plan, heading); break;
      case Rendering::sql: out.sql = script(plan.operations); break;
      case Rendering::typescript:
        if (end == nullptr) {
          throw Error(Code::rpc_invalid_params, "a migration.ts is rendered against the contract that it leads to",
                      "These operations do not lead to a contract.");
        }
        out.typescript = migration_ts(plan.operations, start, *end);
        break;
    }
  }
  return out;
}

}  // namespace plinth
