#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … UNIQUE.
struct AddUnique {
  static constexpr std::string_view kind = "addUnique";
  std::string schema = "public", table;
  Unique definition;
  bool using_index = false;  // of the index of that name, which an earlier operation built
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddUnique::schema), field("table", &AddUnique::table),
                 field("definition", &AddUnique::definition), field("usingIndex", &AddUnique::using_index)};

  struct Thin {
    static constexpr std::string_view kind = "addUnique";
    std::string schema = "public", table;
    std::vector<std::string> columns;
    std::optional<std::string> constraint_name;
    bool using_index = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table), field("columns", &Thin::columns),
                   field("constraintName", &Thin::constraint_name), field("usingIndex", &Thin::using_index)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, definition.columns, stated_name(definition), using_index}; }
  static AddUnique resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::uniques; }
  std::string id() const { return "unique." + table + "." + definition.name; }
  std::string label() const { return "Add unique constraint on " + q(table) + " (" + joined() + ")"; }
  std::optional<Target> target() const { return Target{schema, "unique", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  std::string joined() const;
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int server_version) const;

  void link(const LinkContext&, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_type_change | no_mentions;
};

}  // namespace plinth
