#include "engine/ops/sequences/alter_owned_sequence.h"

#include "engine/ops/define_operation.h"
#include "engine/sql/ddl.h"

namespace plinth {

Steps AlterOwnedSequence::steps() const {
  const SequenceOptions before = from.value_or(SequenceOptions()), after = to.value_or(SequenceOptions());
  // The column may own other sequences than the one that it draws from.
  const Sql owned(
      "(SELECT s.oid::regclass FROM pg_attribute a JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum"
      " JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid ="
      " 'pg_class'::regclass JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE a.attrelid = {}::regclass"
      " AND a.attname = {})",
      Literal{Sql("{}", on()).text()}, Literal{column});
  const Sql change = changed_sequence_clauses_sql(before, after);
  const Sql body(
      "DECLARE owned text := {}; BEGIN IF owned IS NOT NULL THEN EXECUTE 'ALTER SEQUENCE ' || owned || {};"
      " END IF; END",
      owned, Literal{change.text()});
  return {{column_exists("ensure column " + q(column) + " exists", on(), column)},
          {statement("alter the sequence of " + q(column), Sql("DO {}", Literal{body.text()}))},
          {}};
}

void AlterOwnedSequence::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  if (!is_autoincrement(c.fallback)) not_applicable("column " + q(table) + "." + q(column) + " owns no sequence");
  c.sequence_options = to;
  if (!c.sequence_options) return;
  if (c.sequence_options->type == c.type) c.sequence_options->type.reset();
  if (c.sequence_options == SequenceOptions()) c.sequence_options.reset();
}

Impact AlterOwnedSequence::impact(const Schema&, int) const {
  Impact out;
  if (narrows(from.value_or(SequenceOptions()), to.value_or(SequenceOptions()))) {
    out.fails = "fails when the sequence has counted beyond its new bounds";
  }
  return out;
}

template const OperationTraits& traits_of<AlterOwnedSequence>();

}  // namespace plinth
