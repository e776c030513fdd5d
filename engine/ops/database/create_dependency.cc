#include "engine/ops/database/create_dependency.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps CreateDependency::steps() const {
  const Sql installed = "EXISTS (SELECT 1 FROM pg_extension WHERE extname = $1)";
  return {
      {check("verify extension " + q(extension()) + " is not already enabled", Sql("SELECT NOT {}", installed),
             {extension()})},
      {statement("create extension " + q(extension()), Sql("CREATE EXTENSION IF NOT EXISTS {}", Ident{extension()}))},
      {check("confirm extension " + q(extension()) + " is enabled", Sql("SELECT {}", installed), {extension()})}};
}

void CreateDependency::apply(Schema& s) const {
  if (find_named(s.extensions, extension()) == nullptr) insert_sorted(s.extensions, Extension{extension()});
}

template const OperationTraits& traits_of<CreateDependency>();

}  // namespace plinth
