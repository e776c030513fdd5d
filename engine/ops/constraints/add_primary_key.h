#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ADD CONSTRAINT … PRIMARY KEY.
struct AddPrimaryKey {
  static constexpr std::string_view kind = "addPrimaryKey";
  std::string schema = "public", table;
  PrimaryKey definition;
  bool using_index = false;  // of the index of that name, which an earlier operation built
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddPrimaryKey::schema), field("table", &AddPrimaryKey::table),
                 field("definition", &AddPrimaryKey::definition), field("usingIndex", &AddPrimaryKey::using_index)};

  struct Thin {
    static constexpr std::string_view kind = "addPrimaryKey";
    std::string schema = "public", table;
    bool using_index = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("usingIndex", &Thin::using_index)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, using_index}; }
  static AddPrimaryKey resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::primary_keys; }
  std::string id() const { return "primaryKey." + table + "." + definition.name; }
  std::string label() const { return "Add primary key on " + q(table); }
  std::optional<Target> target() const { return Target{schema, "primaryKey", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void link(const LinkContext&, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_type_change | no_mentions;
};

}  // namespace plinth
