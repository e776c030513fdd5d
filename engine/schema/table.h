#pragma once
#include "engine/schema/column.h"
#include "engine/schema/constraints.h"

namespace plinth {

enum class PolicyCommand { all, select, insert, update, del };
inline constexpr Named<PolicyCommand> policy_commands[] = {{"all", PolicyCommand::all},
                                                           {"select", PolicyCommand::select},
                                                           {"insert", PolicyCommand::insert},
                                                           {"update", PolicyCommand::update},
                                                           {"delete", PolicyCommand::del}};
constexpr const auto& names(PolicyCommand) { return policy_commands; }

/// A row-security policy. Roles are sorted; none means PUBLIC.
struct Policy {
  static constexpr std::string_view node = "policy";
  std::string name;
  PolicyCommand command = PolicyCommand::all;
  bool permissive = true;
  std::vector<std::string> roles;
  std::optional<Expression> using_expression, check_expression;
  bool operator==(const Policy&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Policy::name),
                                            defaulted("command", &Policy::command),
                                            field("permissive", &Policy::permissive),
                                            field("roles", &Policy::roles),
                                            field("using", &Policy::using_expression),
                                            field("withCheck", &Policy::check_expression)};
};

/// Who looks after an object: the contract (managed), or somebody else in one of three degrees.
enum class Control { managed, tolerated, external, observed };
inline constexpr Named<Control> controls[] = {{"managed", Control::managed},
                                              {"tolerated", Control::tolerated},
                                              {"external", Control::external},
                                              {"observed", Control::observed}};
constexpr const auto& names(Control) { return controls; }

/// A table. Columns keep their order; everything else is sorted by name. `control` is not a property of the table and
/// is never compared.
struct Table {
  static constexpr std::string_view node = "table";
  std::string name;
  std::vector<Column> columns;
  std::optional<PrimaryKey> primary_key;
  std::vector<Unique> uniques;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  std::vector<Policy> policies;
  bool row_security = false;
  bool force_row_security = false;
  Control control = Control::managed;
  bool operator==(const Table&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Table::name),
                                            field("rowSecurity", &Table::row_security),
                                            field("forceRowSecurity", &Table::force_row_security),
                                            children("columns", &Table::columns),
                                            children("primaryKey", &Table::primary_key),
                                            children("uniques", &Table::uniques),
                                            children("checks", &Table::checks),
                                            children("foreignKeys", &Table::foreign_keys),
                                            children("indexes", &Table::indexes),
                                            children("policies", &Table::policies)};
};

}  // namespace plinth
