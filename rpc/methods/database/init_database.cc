#include "rpc/define_method.h"
#include "runner/jobs/database/update_database.h"

namespace plinth {

constinit const Method init_database_method =
    method<&init_database>("initDatabase", "Create what a contract asks for and a database lacks.");

}  // namespace plinth
