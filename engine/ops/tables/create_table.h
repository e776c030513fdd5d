#pragma once
#include "engine/ops/questions.h"

namespace plinth {

/// CREATE TABLE with its columns, primary key and checks.
struct CreateTable {
  static constexpr std::string_view kind = "createTable";
  std::string schema = "public";
  Table definition;  // columns, primary key and checks; the rest are operations of their own
  static constexpr auto fields =
      std::tuple{defaulted("schema", &CreateTable::schema), field("definition", &CreateTable::definition)};

  struct Thin {
    static constexpr std::string_view kind = "createTable";
    std::string schema = "public", table;
    static constexpr auto fields = std::tuple{defaulted("schema", &Thin::schema), field("table", &Thin::table)};
  };
  static constexpr std::string_view full_key = "definition";
  Thin thin() const { return {schema, definition.name}; }
  static CreateTable resolve(const Thin& t, const Schema& destination);
  /// The operation that creates the part of a table that CREATE TABLE itself creates.
  static CreateTable of(const std::string& schema, const Table& table);

  OperationClass operation_class() const { return OperationClass::additive; }
  Phase phase() const { return Phase::create_tables; }
  std::string id() const { return "table." + definition.name; }
  std::string label() const { return "Create table " + q(definition.name); }
  std::optional<Target> target() const { return Target{schema, "table", definition.name, {}}; }
  std::vector<std::string> path() const { return {schema, definition.name}; }
  std::string summary() const { return "Creates table " + q(definition.name); }
  Name on() const { return {schema, definition.name}; }
  Steps steps() const;
  void apply(Schema& s) const;
  Impact impact(const Schema&, int) const { return {}; }

  void link(const LinkContext&, Links& links) const;
  std::vector<TakenName> takes(const NameContext&) const;
  LineageChange lineage() const;
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  Mentions mentions() const;
  static constexpr Declined declined = no_transaction | no_meta | no_announcement | no_freeing | no_disturbing |
                                       no_turning | no_loss | no_online | no_type_change;
};

}  // namespace plinth
