#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … DISABLE ROW LEVEL SECURITY.
struct DisableRowLevelSecurity {
  static constexpr std::string_view kind = "disableRowLevelSecurity";
  std::string schema = "public", table;
  static constexpr auto fields = std::tuple{defaulted("schema", &DisableRowLevelSecurity::schema),
                                            field("table", &DisableRowLevelSecurity::table)};

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "rowLevelSecurity." + schema + "." + table + ".disable"; }
  std::string label() const { return "Disable row-level security on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rowLevelSecurity", table, table}; }
  std::vector<std::string> path() const { return {schema, table, "9"}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {{row_security_is("check RLS is currently enabled on " + q(table), on(), true)},
            {statement_with_params("disable row-level security on " + q(table),
                                   Sql("ALTER TABLE {} DISABLE ROW LEVEL SECURITY", on()))},
            {row_security_is("verify row-level security is disabled on " + q(table), on(), false)}};
  }
  void apply(Schema& s) const { require_table(s, on()).row_security = false; }
  Impact impact(const Schema&, int) const {
    Impact out = momentary(on());
    out.reveals = "rows that policies hid become visible to everybody with the table's privileges";
    return out;
  }
};

}  // namespace plinth
