#pragma once
#include "engine/ddl.h"
#include "engine/ops/parts.h"

namespace plinth {

/// ADD, SET or DROP of GENERATED … AS IDENTITY, and SET of the options of its sequence.
struct AlterIdentity {
  static constexpr std::string_view kind = "alterIdentity";
  std::string schema = "public", table;
  std::string column;
  std::optional<Identity> from = {}, to = {};  // absent: no identity
  std::optional<SequenceOptions> from_options = {}, to_options = {};
  static constexpr auto fields = std::tuple{defaulted("schema", &AlterIdentity::schema),
                                            field("table", &AlterIdentity::table),
                                            field("column", &AlterIdentity::column),
                                            field("from", &AlterIdentity::from),
                                            field("to", &AlterIdentity::to),
                                            field("fromOptions", &AlterIdentity::from_options),
                                            field("toOptions", &AlterIdentity::to_options)};

  OperationClass operation_class() const { return OperationClass::widening; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "alterIdentity." + table + "." + column; }
  std::string label() const { return "Alter identity of " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Sql action() const {
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
  Steps steps() const {
    Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)},
              {statement("alter identity of " + q(column),
                         Sql("ALTER TABLE {} ALTER COLUMN {} {}", on(), Ident{column}, action()))},
              {}};
    if (to && !from) out.execute.push_back(advance());
    return out;
  }
  /// A new sequence goes on behind the values that the column holds.
  Step advance() const {
    const bool down = descends(to_options);
    const Sql last = down ? Sql("MIN({})", Ident{column}) : Sql("MAX({})", Ident{column});
    return statement("advance the sequence of " + q(column),
                     Sql("SELECT setval(pg_get_serial_sequence({}, {}), {}) FROM {} HAVING {} {} {}",
                         Literal{Sql("{}", on()).text()}, Literal{column}, last, on(), last,
                         down ? Sql("<=") : Sql(">="), Sql::trusted(sequence_start(to_options))));
  }
  void apply(Schema& s) const {
    Column& c = require_column(s, on(), column);
    c.identity = to;
    c.identity_options = to ? to_options : std::nullopt;
  }
  Impact impact(const Schema&, int) const { return momentary(on()); }
};

}  // namespace plinth
