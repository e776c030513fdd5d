#include "rpc/define_method.h"
#include "runner/jobs/database/verify_database.h"

namespace plinth {

constinit const Method sign_database_method =
    method<&sign_database>("signDatabase", "Record that a database satisfies a contract.");

}  // namespace plinth
