#pragma once
// What an operation does on a server: checks before, statements, checks after.
#include <optional>
#include <string>
#include <vector>

#include "engine/json/json.h"
#include "engine/sql/sql.h"

namespace plinth {

enum class OperationClass { additive, widening, destructive, data };
inline constexpr Named<OperationClass> operation_classes[] = {{"additive", OperationClass::additive},
                                                              {"widening", OperationClass::widening},
                                                              {"destructive", OperationClass::destructive},
                                                              {"data", OperationClass::data}};
constexpr const auto& names(OperationClass) { return operation_classes; }

/// One statement. A check passes when the first column of its first row is truthy. Parameters are JSON values, bound
/// as `$1 …`; whether the list is written at all is part of the stored form.
struct Step {
  std::string description;
  std::string sql;
  std::optional<std::vector<JsonText>> params;
  std::optional<JsonText> meta;
  bool operator==(const Step&) const = default;
  static constexpr auto fields = std::tuple{field("description", &Step::description), field("sql", &Step::sql),
                                            field("params", &Step::params), field("meta", &Step::meta)};
};

struct Steps {
  std::vector<Step> precheck, execute, postcheck;
  bool operator==(const Steps&) const = default;
};

/// A parameter of a step, `$1` has the index 0, as the text that Postgres reads; nothing for NULL. A list is an array,
/// but JSON where the statement casts it so: `$1::jsonb`. O(sql + parameter).
std::optional<std::string> parameter_text(const Step& step, std::size_t index);
/// A statement without a parameter list.
Step statement(std::string description, const Sql& sql);
/// A statement that is stored with an empty parameter list.
Step statement_with_params(std::string description, const Sql& sql);
/// A check with text parameters.
Step check(std::string description, const Sql& sql, const std::vector<std::string>& params);

// The checks that operations share. The texts are those of Prisma Next 0.16.0 where it has the same check, so that both
// tools store and run the same package.
Step relation_exists(std::string description, const Name& relation);
Step relation_absent(std::string description, const Name& relation);
/// The name is free, or an index has it that a failed run left invalid.
Step index_absent_or_invalid(std::string description, const Name& index);
Step index_valid(std::string description, const Name& index);
Step column_exists(std::string description, const Name& table, const std::string& column);
Step column_absent(std::string description, const Name& table, const std::string& column);
Step column_nullable(std::string description, const Name& table, const std::string& column, bool nullable);
Step column_not_generated(std::string description, const Name& table, const std::string& column);
Step column_without_default(std::string description, const Name& table, const std::string& column);
Step column_type_is(std::string description, const Name& table, const std::string& column, const std::string& type);
/// For a user-defined type, named with its schema: `format_type` prints those as the search path has it.
Step column_user_type_is(std::string description, const Name& table, const std::string& column,
                         const std::string& type);
/// Qualified, as the server prints it; absent: the type's own.
Step column_collation_is(std::string description, const Name& table, const std::string& column,
                         const std::optional<std::string>& collation);
Step column_has_no_nulls(std::string description, const Name& table, const std::string& column);
/// The name is free, or a sequence has it that the column owns.
Step sequence_free_or_owned(std::string description, const Name& sequence, const Name& table,
                            const std::string& column);
Step constraint_exists(std::string description, const Name& table, const std::string& constraint);
Step constraint_absent(std::string description, const Name& table, const std::string& constraint);
Step policy_exists(std::string description, const Name& table, const std::string& policy);
Step policy_absent(std::string description, const Name& table, const std::string& policy);
Step row_security_is(std::string description, const Name& table, bool enabled);
Step enum_exists(std::string description, const Name& type);
Step enum_absent(std::string description, const Name& type);
Step enum_value_exists(std::string description, const Name& type, const std::string& value);
Step enum_value_absent(std::string description, const Name& type, const std::string& value);

}  // namespace plinth
