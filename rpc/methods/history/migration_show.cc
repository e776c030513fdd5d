#include "runner/jobs/history/migration_show.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_show_method =
    method<&migration_show>("migrationShow", "What a package does: operations, costs, statements.");

}  // namespace plinth
