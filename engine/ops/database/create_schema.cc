#include "engine/ops/database/create_schema.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps CreateSchema::steps() const {
  return {{}, {statement_with_params(label(), Sql("CREATE SCHEMA IF NOT EXISTS {}", Ident{schema}))}, {}};
}

void CreateSchema::apply(Schema& s) const {
  if (s.find_namespace(schema) == nullptr) insert_sorted(s.namespaces, Namespace{schema});
}

std::vector<js::Doc> CreateSchema::calls(CallContext&) const {
  return js::list(method("createSchema", {named("schema", schema)}));
}

std::vector<Operation> CreateSchema::recognised(const Claim& claim) {
  if (claim.target || claim.prefix != "schema") return {};
  return {CreateSchema{claim.name}};
}

template const OperationTraits& traits_of<CreateSchema>();

}  // namespace plinth
