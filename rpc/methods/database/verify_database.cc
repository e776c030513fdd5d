#include "runner/jobs/database/verify_database.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method verify_database_method =
    method<&verify_database>("verifyDatabase", "Whether a database satisfies a contract, and says so.");

}  // namespace plinth
