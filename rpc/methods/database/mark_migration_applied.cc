#include "runner/jobs/mark_migration_applied.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method mark_migration_applied_method = method<&mark_migration_applied>(
    "markMigrationApplied", "Record a package as applied without running it, once the live schema verifies.");

}  // namespace plinth
