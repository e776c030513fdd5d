#include "runner/jobs/evaluate_migration.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method evaluate_migration_method = method<&evaluate_migration>(
    "evaluateMigration", "Resolve operations, fill their slots, prove where they lead, and hash them.");

}  // namespace plinth
