#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// ALTER TABLE … ALTER COLUMN … TYPE … USING.
struct AlterColumnType {
  static constexpr std::string_view kind = "alterColumnType";
  std::string schema = "public", table;
  std::string column;
  std::string type;                             // the new type, in the one spelling
  std::optional<std::string> using_expression;  // absent: a cast to the new type
  std::optional<std::string> collation;         // absent: the type's own
  bool rewrites = true;                         // whether the rows are written anew
  bool temporary = false;                       // the type is not the destination's own: a descriptor must name it
  bool recollates = false;                      // whether the collation changes
  bool generated = false;                       // the server computes the values, and takes no USING
  static constexpr auto fields =
      std::tuple{defaulted("schema", &AlterColumnType::schema),      field("table", &AlterColumnType::table),
                 field("column", &AlterColumnType::column),          field("type", &AlterColumnType::type),
                 field("using", &AlterColumnType::using_expression), field("collation", &AlterColumnType::collation),
                 defaulted("rewrites", &AlterColumnType::rewrites),  defaulted("passing", &AlterColumnType::temporary),
                 field("recollates", &AlterColumnType::recollates),  field("generated", &AlterColumnType::generated)};

  struct Thin {
    static constexpr std::string_view kind = "alterColumnType";
    std::string schema = "public", table, column;
    std::optional<std::string> to_type, using_expression;
    bool rewrites = true, recollates = false;
    static constexpr auto fields =
        std::tuple{defaulted("schema", &Thin::schema),      field("table", &Thin::table),
                   field("column", &Thin::column),          field("toType", &Thin::to_type),
                   field("using", &Thin::using_expression), defaulted("rewrites", &Thin::rewrites),
                   field("recollates", &Thin::recollates)};
  };
  static constexpr std::string_view full_key = "type";
  Thin thin() const;
  static AlterColumnType resolve(const Thin& t, const Schema& destination);

  OperationClass operation_class() const { return OperationClass::destructive; }
  Phase phase() const { return Phase::alter_types; }
  std::string id() const { return "alterType." + table + "." + column; }
  std::string label() const { return "Alter type of " + q(table) + "." + q(column) + " to " + type; }
  std::optional<Target> target() const { return Target{schema, "column", column, table}; }
  std::vector<std::string> path() const { return {schema, table, column}; }
  Name on() const { return {schema, table}; }
  std::optional<JsonText> meta() const;
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema& before, int) const;

  void link(const LinkContext&, Links& links) const;
  void disturbs(UnmanagedUses& uses) const;
  std::optional<Loss> loss(const LossContext& context) const;
  std::optional<TypeChanged> changes_type() const;
  static std::vector<Operation> recognised(const Claim& claim);
  std::vector<js::Doc> calls(CallContext&) const;
  Mentions mentions() const;
  static constexpr Declined declined =
      no_transaction | no_summary | no_announcement | no_taking | no_freeing | no_lineage | no_turning | no_online;
};

}  // namespace plinth
