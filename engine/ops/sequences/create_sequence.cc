#include "engine/ops/sequences/create_sequence.h"

#include "engine/ops/define_operation.h"
#include "engine/sql/ddl.h"

namespace plinth {

Steps CreateSequence::steps() const {
  const std::string what = "sequence " + q(definition.name);
  return {{relation_absent("ensure " + what + " does not exist", name())},
          {statement("create " + what, Sql("CREATE SEQUENCE {}{}", name(), sequence_clauses_sql(definition.options)))},
          {relation_exists("verify " + what + " exists", name())}};
}

void CreateSequence::apply(Schema& s) const {
  auto& sequences = require_namespace(s, schema).sequences;
  if (find_sorted(sequences, definition.name) != nullptr) {
    not_applicable("sequence " + q(definition.name) + " exists already");
  }
  insert_sorted(sequences, definition);
}

template const OperationTraits& traits_of<CreateSequence>();

}  // namespace plinth
