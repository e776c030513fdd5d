#include "engine/ops/sequences/alter_sequence.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/sequences/sequence_parts.h"
#include "engine/sql/ddl.h"

namespace plinth {

Steps AlterSequence::steps() const {
  const std::string what = "sequence " + q(sequence);
  Sql changes = changed_sequence_clauses_sql(from_options, to_options);
  if (from_owner != to_owner) {
    changes += to_owner ? Sql(" OWNED BY {}.{}", to_owner->on(), Ident{to_owner->column}) : Sql(" OWNED BY NONE");
  }
  return {{relation_exists("ensure " + what + " exists", name())},
          {statement("alter " + what, Sql("ALTER SEQUENCE {}{}", name(), changes))},
          {}};
}

void AlterSequence::apply(Schema& s) const {
  auto& sequences = require_namespace(s, schema).sequences;
  Sequence* found = find_sorted(sequences, sequence);
  if (found == nullptr) not_applicable("sequence " + q(sequence) + " does not exist");
  if (to_owner) require_column(s, to_owner->on(), to_owner->column);
  found->options = to_options;
  found->owner = to_owner;
}

Impact AlterSequence::impact(const Schema&, int) const {
  Impact out;
  if (to_owner && from_owner != to_owner) out.locks = {{to_owner->on(), LockLevel::access_share}};
  add_sequence_change(out, from_options, to_options, "sequence " + q(sequence));
  return out;
}

void AlterSequence::link(const LinkContext&, Links& links) const {
  links.needs = {sequence_object(name())};
  if (to_owner) links.needs.push_back(column_object(to_owner->on(), to_owner->column));
  if (from_owner) links.releases.push_back(column_object(from_owner->on(), from_owner->column));
}

template const OperationTraits& traits_of<AlterSequence>();

}  // namespace plinth
