#include "rpc/define_method.h"
#include "runner/jobs/plan_migration.h"

namespace plinth {

constinit const Method plan_with_descriptors_method = method<&plan_migration>(
    "planWithDescriptors",
    "Plan the way from one state to another, offline or from a live database; write the package on request.");

}  // namespace plinth
