#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … SET DEFAULT. Without a postcheck: another default standing there would satisfy it.
struct SetDefault {
  static constexpr std::string_view kind = "setDefault";
  std::string schema = "public", table;
  std::string column;
  Default definition;
  std::string type;       // of the column, for the spelling of the value
  bool replaces = false;  // whether another default stands there before
  static constexpr auto fields =
      std::tuple{defaulted("schema", &SetDefault::schema), field("table", &SetDefault::table),
                 field("column", &SetDefault::column),     field("definition", &SetDefault::definition),
                 field("type", &SetDefault::type),         field("replaces", &SetDefault::replaces)};

  struct Thin {
    static constexpr std::string_view kind = "setDefault";
    std::string schema = "public", table, column;
    bool replaces = false;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("column", &Thin::column), field("replaces", &Thin::replaces)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, table, column, replaces}; }
  static SetDefault resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return replaces ? OperationClass::widening : OperationClass::additive; }
  Phase phase() const { return Phase::tighten; }
  std::string id() const { return "setDefault." + table + "." + column; }
  std::string label() const { return "Set default on " + q(table) + "." + q(column); }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  Step setting(const Sql& value) const;
  /// The sequence continues behind the greatest value that the column holds.
  void number_on(Steps& out) const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return momentary(on()); }

  /// The name of the sequence that it makes, where the column does not own it yet.
  std::vector<TakenName> takes(const NameContext& names) const;
  std::vector<js::Doc> calls(CallContext&) const;
  static std::vector<Operation> recognised(const Claim& claim);
  Mentions mentions() const { return mentions_of(definition); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_announcement | no_links | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_loss | no_online | no_type_change;
};

}  // namespace plinth
