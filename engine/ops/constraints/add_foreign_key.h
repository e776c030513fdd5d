#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY.
struct AddForeignKey {
  static constexpr std::string_view kind = "addForeignKey";
  std::string schema = "public", table;
  ForeignKey definition;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddForeignKey::schema), field("table", &AddForeignKey::table),
                 field("definition", &AddForeignKey::definition)};

  struct Thin {
    static constexpr std::string_view kind = "addForeignKey";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> constraint_name;
    bool not_valid = false;  // for the time being: a later operation validates it
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("columns", &Thin::columns),
                   field("constraintName", &Thin::constraint_name), field("notValid", &Thin::not_valid)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.columns, stated_name(definition), definition.not_valid}; }
  static AddForeignKey resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::foreign_keys; }
  std::string id() const { return "foreignKey." + table + "." + definition.name; }
  std::string label() const { return "Add foreign key " + q(definition.name) + " on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "foreignKey", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const { add_node(require_table(s, on()).foreign_keys, definition, on()); }
  Impact impact(const Schema&, int) const;

  void link(const LinkContext&, Links& links) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_taking |
                                       no_freeing | no_disturbing | no_lineage | no_turning | no_loss | no_type_change |
                                       no_mentions;
};

}  // namespace plinth
