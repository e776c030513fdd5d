#include "runner/jobs/history/migration_graph.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method migration_graph_method = method<&migration_graph>(
    "migrationGraph", "The contracts of a history and the packages between them, as data and as pictures.");

}  // namespace plinth
