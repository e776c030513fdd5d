#include "engine/ops/database/alter_extension.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps AlterExtension::steps() const {
  Steps out;
  if (to_schema) {
    out.execute.push_back(statement("move extension " + q(extension) + " to schema " + q(*to_schema),
                                    Sql("ALTER EXTENSION {} SET SCHEMA {}", Ident{extension}, Ident{*to_schema})));
  }
  if (updates) {
    Sql sql("ALTER EXTENSION {} UPDATE", Ident{extension});
    if (to_version) sql += Sql(" TO {}", Literal{*to_version});
    out.execute.push_back(statement("update extension " + q(extension), sql));
  }
  return out;
}

void AlterExtension::apply(Schema& s) const {
  Extension& e = require_node(s.extensions, extension, Name{"", "the database"});
  if (to_schema) e.schema = to_schema;
  if (updates) e.version = to_version;
}

Impact AlterExtension::impact(const Schema&, int) const {
  Impact out;
  if (updates) out.fails = "fails when the server has no way to the other version";
  return out;
}

template const OperationTraits& traits_of<AlterExtension>();

}  // namespace plinth
