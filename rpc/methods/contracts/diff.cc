#include "rpc/define_method.h"
#include "runner/jobs/compare_states.h"

namespace plinth {

constinit const Method diff_method =
    method<&compare_states>("diff", "What two states differ in: empty, contract, package, ref or database.");

}  // namespace plinth
