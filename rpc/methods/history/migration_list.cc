#include "runner/jobs/history/migration_list.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_list_method =
    method<&migration_list>("migrationList", "The packages of a directory of migrations.");

}  // namespace plinth
