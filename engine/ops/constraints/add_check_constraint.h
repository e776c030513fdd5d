#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … CHECK.
struct AddCheckConstraint {
  static constexpr std::string_view kind = "addCheckConstraint";
  std::string schema = "public", table;
  Check definition;
  bool temporary = false;  // the check is not the destination's own: a descriptor must say it
  static constexpr auto fields = std::tuple{
      defaulted("schema", &AddCheckConstraint::schema), field("table", &AddCheckConstraint::table),
      field("definition", &AddCheckConstraint::definition), field("passing", &AddCheckConstraint::temporary)};

  struct Thin {
    static constexpr std::string_view kind = "addCheckConstraint";
    std::string schema = "public", table;
    std::optional<std::string> constraint_name;
    bool not_valid = false;  // for the time being: a later operation validates it
    std::optional<Check> definition;
    bool temporary = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema),
                                              field("table", &Thin::table),
                                              field("constraintName", &Thin::constraint_name),
                                              field("notValid", &Thin::not_valid),
                                              field("definition", &Thin::definition),
                                              field("passing", &Thin::temporary)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const;
  static AddCheckConstraint resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::checks; }
  std::string id() const { return "checkConstraint." + table + "." + definition.name; }
  std::string label() const;
  std::optional<Target> target() const { return Target{schema, "checkConstraint", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { add_node(require_table(s, on()).checks, definition, on()); }
  Impact impact(const Schema&, int) const;

  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  Mentions mentions() const { return mentions_of(definition.expression); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_type_change;
};

}  // namespace plinth
