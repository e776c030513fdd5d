#include "runner/jobs/database/seed_database.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method seed_database_method =
    method<&seed_database>("seedDatabase", "Run files of SQL once each, and record that they ran.");

}  // namespace plinth
