#include "engine/ops/database/drop_extension.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropExtension::steps() const {
  return {{}, {statement("Drop extension " + q(extension), Sql("DROP EXTENSION IF EXISTS {}", Ident{extension}))}, {}};
}

Impact DropExtension::impact(const Schema&, int) const {
  Impact out;
  out.fails = "fails while anything still uses the extension";
  return out;
}

template const OperationTraits& traits_of<DropExtension>();

}  // namespace plinth
