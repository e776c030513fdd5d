#pragma once
// How a kind recognises itself in what another tool stored.
#include "engine/ops/questions.h"
#include "engine/sql/reading/sql_tokens.h"

namespace plinth {

/// Whether the target is a key, a unique constraint, a foreign key or a check.
bool is_constraint(const Claim& claim);
/// The tokens of the first statement. O(text).
std::vector<SqlToken> first_tokens(const Claim& claim);
/// A part of the first statement: what follows `start`, up to `end` where there is one. Nothing where there is no such
/// part. O(text).
std::optional<std::string> text_between(const Claim& claim, std::string_view start, std::string_view end = {});
/// The old name in `… RENAME [CONSTRAINT "old"] TO "new"`, or `ALTER INDEX "old" RENAME TO "new"`; nothing where the
/// first statement is no such rename. O(text).
std::optional<std::string> renamed_in(const Claim& claim);
/// What stands behind USING in a change of type. O(text).
std::optional<std::string> using_clause(const RawSql& stored);

}  // namespace plinth
