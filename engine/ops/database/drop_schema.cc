#include "engine/ops/database/drop_schema.h"

#include "engine/ops/define_operation.h"

namespace plinth {

void DropSchema::apply(Schema& s) const {
  const Namespace& n = require_namespace(s, schema);
  if (!n.empty()) not_applicable("schema " + q(schema) + " is not empty");
  s.namespaces.erase(s.namespaces.begin() + (&n - s.namespaces.data()));
}

Impact DropSchema::impact(const Schema&, int) const {
  Impact out;
  out.fails = "fails while the schema holds anything";
  return out;
}

void DropSchema::disturbs(UnmanagedUses& uses) const {
  const auto found = uses.left.find(schema);
  if (found != uses.left.end()) uses.harm.push_back(found->second + " is still in it");
}

template const OperationTraits& traits_of<DropSchema>();

}  // namespace plinth
