#include "engine/ops/columns/alter_identity.h"

#include "engine/ops/define_operation.h"
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
  if (to && !from) out.execute.push_back(advance());
  return out;
}

Step AlterIdentity::advance() const {
  const bool down = descends(to_options);
  const Sql last = down ? Sql("MIN({})", Ident{column}) : Sql("MAX({})", Ident{column});
  return statement("advance the sequence of " + q(column),
                   Sql("SELECT setval({}, {}) FROM {} HAVING {} {} {}", drawn_sequence_sql(on(), column), last, on(),
                       last, down ? Sql("<=") : Sql(">="), Sql::trusted(sequence_start(to_options))));
}

void AlterIdentity::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  c.identity = to;
  c.identity_options = to ? to_options : std::nullopt;
}

Impact AlterIdentity::impact(const Schema&, int) const {
  Impact out = momentary(on());
  const SequenceOptions before = from_options.value_or(SequenceOptions()),
                        after = to_options.value_or(SequenceOptions());
  if (from && to && narrows(before, after)) out.fails = "fails when the sequence has counted beyond its new bounds";
  return out;
}

template const OperationTraits& traits_of<AlterIdentity>();

}  // namespace plinth
