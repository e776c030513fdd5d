#include "runner/jobs/database/cleanup.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method cleanup_method =
    method<&cleanup>("cleanup", "Show what interrupted migrations left in a database, and finish or remove it.");

}  // namespace plinth
