#include "runner/jobs/history/new_migration.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method new_migration_method =
    method<&new_migration>("newMigration", "Write a package for a person to fill.");

}  // namespace plinth
