#include "engine/ops/sequences/sequence_parts.h"

#include "engine/sql/ddl.h"

namespace plinth {

void add_sequence_change(Impact& out, const SequenceOptions& from, const SequenceOptions& to, const std::string& what) {
  if (turns(from, to)) {
    out.loses = "the number that " + what + " has counted to is lost: it starts again";
  } else if (narrows(from, to)) {
    out.fails = "fails when the sequence has counted beyond its new bounds";
  }
}

Step advance_sequence(const Name& table, const std::string& column, const SequenceOptions& options) {
  const bool down = descends(options);
  const Sql last = down ? Sql("MIN({})", Ident{column}) : Sql("MAX({})", Ident{column});
  return statement("advance the sequence of " + q(column),
                   Sql("SELECT setval({}, {}) FROM {} HAVING {} {} {}", drawn_sequence_sql(table, column), last, table,
                       last, down ? Sql("<=") : Sql(">="), Sql::trusted(sequence_start(options))));
}

}  // namespace plinth
