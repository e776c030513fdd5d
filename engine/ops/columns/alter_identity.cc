#include "engine/ops/columns/alter_identity.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/sequences/sequence_parts.h"
#include "engine/sql/ddl.h"

namespace plinth {

Sql AlterIdentity::action() const {
  if (!to) return "DROP IDENTITY IF EXISTS";
  const Sql mode = *to == Identity::always ? Sql("ALWAYS") : Sql("BY DEFAULT");
  if (!from) return Sql("ADD GENERATED {} AS IDENTITY{}", mode, sequence_options_sql(to_options));
  Sql out = from != to ? Sql("SET GENERATED {}", mode) : Sql();
  if (from_options != to_options) {
    if (!out.empty()) out += " ";
    out += changed_sequence_options_sql(from_options, to_options);
  }
  return out;
}

Steps AlterIdentity::steps() const {
  Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("alter identity of " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} {}", on(), Ident{column}, action()))},
            {}};
  // A new sequence, and one that turns and so starts again, go on behind the values that the column holds.
  const SequenceOptions after = to_options.value_or(SequenceOptions());
  const bool starts = to && (!from || turns(from_options.value_or(SequenceOptions()), after));
  if (starts) out.execute.push_back(advance_sequence(on(), column, after));
  return out;
}

void AlterIdentity::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  c.identity = to;
  c.identity_options = to ? to_options : std::nullopt;
}

Impact AlterIdentity::impact(const Schema&, int) const {
  Impact out = momentary(on());
  if (from && to) {
    add_sequence_change(out, from_options.value_or(SequenceOptions()), to_options.value_or(SequenceOptions()),
                        "the sequence of " + q(table) + "." + q(column));
  }
  return out;
}

template const OperationTraits& traits_of<AlterIdentity>();

}  // namespace plinth
