#include "engine/ops/sequences/drop_sequence.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps DropSequence::steps() const {
  const std::string what = "sequence " + q(sequence);
  return {{relation_exists("ensure " + what + " exists", name())},
          {statement("drop " + what, Sql("DROP SEQUENCE {}", name()))},
          {relation_absent("verify " + what + " does not exist", name())}};
}

void DropSequence::apply(Schema& s) const {
  auto& sequences = require_namespace(s, schema).sequences;
  const Sequence* found = find_sorted(sequences, sequence);
  if (found == nullptr && leftover) return;
  if (found == nullptr) not_applicable("sequence " + q(sequence) + " does not exist");
  refuse_needed(s, {ObjectKind::sequence, {schema, sequence}});
  sequences.erase(sequences.begin() + (found - sequences.data()));
}

Impact DropSequence::impact(const Schema&, int) const {
  Impact out;
  if (!leftover) out.loses = "the number that sequence " + q(sequence) + " has counted to is lost";
  out.fails = "fails while a default still draws from it";
  return out;
}

void DropSequence::link(const LinkContext& context, Links& links) const {
  links.end(sequence_object(name()), context.actual.find_sequence(name()));
}

template const OperationTraits& traits_of<DropSequence>();

}  // namespace plinth
