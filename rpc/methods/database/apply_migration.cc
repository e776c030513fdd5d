#include "runner/jobs/apply_migration.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method apply_migration_method =
    method<&apply_migration>("applyMigration", "Run migrations, each verified before it is committed.");

}  // namespace plinth
