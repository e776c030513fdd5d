#include "runner/jobs/upgrade_migrations.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method upgrade_migrations_method = method<&upgrade_migrations>(
    "upgradeMigrations", "Bring a repository of Prisma Next 0.16, and databases, to Prisma 8.");

}  // namespace plinth
