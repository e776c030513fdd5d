#include "runner/jobs/merge_migrations.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method merge_migrations_method = method<&merge_migrations>(
    "mergeMigrations",
    "Decide whether two branches go together, and lead both to the contract that has the changes of both.");

}  // namespace plinth
