#include "runner/jobs/invert_migration.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method invert_migration_method = method<&invert_migration>(
    "invertMigration", "Plan the way back from a migration, and name what it cannot bring back.");

}  // namespace plinth
