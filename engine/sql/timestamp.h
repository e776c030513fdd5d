#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace plinth {

/// A date, timestamp or timestamptz written in ISO form (`2024-01-15T10:30:00.000+00:00`, `2024-01-15 10:30:00`), as
/// one text per instant: `2024-01-15`, `2024-01-15T10:30:00`, with a fraction only when it is not zero and in UTC with
/// `Z` for timestamptz. Nothing for other types and other texts.
std::optional<std::string> canonical_timestamp(std::string_view text, std::string_view base_type);

/// What is wrong with the text of a default of type date, timestamp or timestamptz, in a few words: a date that does
/// not exist, or a word such as `now`, whose value depends on when it is read. Nothing for other types, and for what
/// only the server can judge.
std::optional<std::string> timestamp_problem(std::string_view text, std::string_view base_type);

}  // namespace plinth
