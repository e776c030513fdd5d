#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// ALTER TABLE … ENABLE ROW LEVEL SECURITY.
struct EnableRowLevelSecurity {
  static constexpr std::string_view kind = "enableRowLevelSecurity";
  std::string schema = "public", table;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &EnableRowLevelSecurity::schema), field("table", &EnableRowLevelSecurity::table)};

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::row_security; }
  std::string id() const { return "rowLevelSecurity." + schema + "." + table; }
  std::string label() const { return "Enable row-level security on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "rowLevelSecurity", table, table}; }
  std::vector<std::string> path() const { return {schema, table, "0"}; }
  Name on() const { return {schema, table}; }
  Steps steps() const {
    return {
        {row_security_is("check RLS is not already enabled on " + q(table), on(), false)},
        {statement("enable row-level security on " + q(table), Sql("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", on()))},
        {row_security_is("verify row-level security is enabled on " + q(table), on(), true)}};
  }
  void apply(Schema& s) const { require_table(s, on()).row_security = true; }
  Impact impact(const Schema&, int) const {
    Impact out = momentary(on());
    out.reveals = "rows that no policy admits become invisible";
    return out;
  }
};

}  // namespace plinth
