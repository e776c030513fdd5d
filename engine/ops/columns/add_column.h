#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// What a descriptor changes of the destination's column for the time being.
struct ColumnOverrides {
  std::optional<bool> nullable;
  bool without_default = false;
  static constexpr auto fields = std::tuple{field("nullable", &ColumnOverrides::nullable),
                                            field("withoutDefault", &ColumnOverrides::without_default)};
  bool operator==(const ColumnOverrides&) const = default;
};

/// ALTER TABLE … ADD COLUMN.
struct AddColumn {
  static constexpr std::string_view kind = "addColumn";
  std::string schema = "public", table;
  Column definition;
  bool relaxed = false;      // nullable for the time being: a later operation of the plan tightens it
  bool undefaulted = false;  // without its default for the time being: a later operation sets it
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AddColumn::schema), field("table", &AddColumn::table),
                 field("definition", &AddColumn::definition), defaulted("relaxed", &AddColumn::relaxed),
                 field("undefaulted", &AddColumn::undefaulted)};

  struct Thin {
    static constexpr std::string_view kind = "addColumn";
    std::string schema = "public", table, column;
    std::optional<ColumnOverrides> overrides;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table),
                                              field("column", &Thin::column), field("overrides", &Thin::overrides)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const;
  static AddColumn resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::add_columns; }
  std::string id() const { return "column." + schema + "." + table + "." + definition.name; }
  std::string label() const { return "Add column " + q(definition.name) + " to " + q(table); }
  std::optional<Target> target() const { return Target{schema, "column", definition.name, table}; }
  std::vector<std::string> path() const { return {schema, table, definition.name}; }
  Name on() const { return {schema, table}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void announce(LinkContext& context) const;
  void link(const LinkContext& context, Links& links) const;
  LineageChange lineage() const;
  void online(std::vector<Operation>& out, bool may_transform) const;
  static std::vector<Operation> recognised(const Claim& claim);
  std::vector<js::Doc> calls(CallContext& context) const;
  Mentions mentions() const { return mentions_of(definition); }
  static constexpr Declined declined = no_transaction | no_meta | no_summary | no_taking | no_freeing | no_disturbing |
                                       no_turning | no_loss | no_type_change;
};

}  // namespace plinth
