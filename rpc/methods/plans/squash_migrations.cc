#include "runner/jobs/squash_migrations.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method squash_migrations_method =
    method<&squash_migrations>("squashMigrations", "Make one package of a range of packages, or a baseline.");

}  // namespace plinth
