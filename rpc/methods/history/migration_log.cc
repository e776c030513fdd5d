#include "runner/jobs/history/migration_log.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_log_method = method<&migration_log>("migrationLog", "What was applied to a database.");

}  // namespace plinth
