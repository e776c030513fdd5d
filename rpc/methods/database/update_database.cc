#include "runner/jobs/database/update_database.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method update_database_method =
    method<&update_database>("updateDatabase", "Bring a database to a contract by what differs.");

}  // namespace plinth
