#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/json/fields.h"
#include "engine/objects/object_id.h"
#include "engine/sql/expression.h"

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
  static constexpr ObjectKind kind = ObjectKind::policy;
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

}  // namespace plinth
