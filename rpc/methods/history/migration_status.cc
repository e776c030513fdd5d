#include "runner/jobs/history/migration_status.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_status_method =
    method<&migration_status>("migrationStatus", "Where a database is in a history, and which packages wait for it.");

}  // namespace plinth
