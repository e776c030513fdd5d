#pragma once
// The one place where two spellings of a default or an expression become one.
#include <optional>
#include <string>
#include <string_view>

#include "engine/json/json.h"
#include "engine/schema/column.h"
#include "engine/schema/constraints.h"

namespace plinth {

/// A column default as SQL text (a contract's expression, or the server's pg_get_expr) as a value. Literals lose casts
/// and quotes: `'USER'::text` is the literal "USER", `'{}'::jsonb` the literal {}. Other expressions keep their
/// spelling. NULL is no default. Source: Prisma Next 0.16.0, default comparison.
std::optional<Default> normalize_default(std::string_view sql_text, std::string_view type);

/// A literal default that a contract states as JSON, in the form that `normalize_default` gives the server's text.
/// A string for a json column is a JSON string, whatever it holds; null for one is JSON's null, for others no default.
std::optional<Default> normalize_literal(const JsonText& value, std::string_view type);

/// The column whose elements a check wants not to be NULL: `array_position("tags", NULL) IS NULL`, as Prisma 8 writes
/// it, or with the casts of the server. Nothing for any other check.
std::optional<std::string> element_checked_column(std::string_view check_expression);

/// `column = ANY (ARRAY[…])`, `column IN (…)` or `column = 'x'` as a membership; nothing for other checks.
std::optional<Membership> parse_membership(std::string_view check_expression);

}  // namespace plinth
