#include "runner/jobs/history/migration_check.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_check_method = method<&migration_check>(
    "migrationCheck", "Whether the files of a directory of migrations are whole, and agree with each other.");

}  // namespace plinth
