#include "engine/ops/sequences/alter_owned_sequence.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/sequences/sequence_parts.h"
#include "engine/sql/ddl.h"

namespace plinth {

Steps AlterOwnedSequence::steps() const {
  const SequenceOptions before = from.value_or(SequenceOptions()), after = to.value_or(SequenceOptions());
  const Sql change = changed_sequence_clauses_sql(before, after);
  const Sql body("owned := {}; IF owned IS NOT NULL THEN EXECUTE 'ALTER SEQUENCE ' || owned || {}; END IF;",
                 drawn_sequence_sql(on(), column), Literal{change.text()});
  Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("alter the sequence of " + q(column), guarded_block(" owned text;", body))},
            {}};
  if (turns(before, after)) out.execute.push_back(advance_sequence(on(), column, after));
  return out;
}

void AlterOwnedSequence::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  if (!is_autoincrement(c.fallback)) not_applicable("column " + q(table) + "." + q(column) + " owns no sequence");
  SequenceOptions options = to.value_or(SequenceOptions());
  // Where neither says a type, the sequence keeps its own; otherwise none is the type that sequences have by default.
  if (!options.type) options.type = from && from->type ? "int8" : owned_sequence(c).type;
  set_owned_sequence(c, std::move(options));
}

Impact AlterOwnedSequence::impact(const Schema&, int) const {
  Impact out;
  if (turns(from.value_or(SequenceOptions()), to.value_or(SequenceOptions()))) {
    out.locks = {{on(), LockLevel::access_share}};  // to read the greatest value
  }
  add_sequence_change(out, from.value_or(SequenceOptions()), to.value_or(SequenceOptions()),
                      "the sequence of " + q(table) + "." + q(column));
  return out;
}

template const OperationTraits& traits_of<AlterOwnedSequence>();

}  // namespace plinth
