#pragma once
// Literals in SQL text, as people write them and as the server prints them.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plinth {

/// Reads the string `'it''s'` or `E'a\\b'` at the start of the text into `out`. How many characters it took; 0 where no
/// string starts.
std::size_t read_string_literal(std::string_view sql, std::string& out);

/// An element of the text of an array, in quotes: `"it is \"quoted\""`.
std::string quoted_array_element(std::string_view value);
/// `{"a","b"}`: a text array, as a parameter states it.
std::string array_literal(const std::vector<std::string>& values);

/// Whether the text is nothing but casts, such as `::character varying(20)` or `::public.mood`, or empty.
bool only_casts(std::string_view text);

/// The operand without parentheses around it and casts behind it, however deep: `((role)::text)` is `role`.
std::string_view without_casts(std::string_view operand);

/// The text of a bytea, `\x` and hex, of bytes in base64; nothing where the text is not base64.
std::optional<std::string> bytea_of_base64(std::string_view base64);
/// The other way round, of any text that a bytea is read from; nothing where it has escapes.
std::optional<std::string> base64_of_bytea(std::string_view text);

/// Digits with a sign and a decimal point where wanted; no exponent.
bool is_number(std::string_view text);

/// A number with an exponent as digits: `1.5e-7` is `0.00000015`; other texts as they are. No exponent beyond ±10000.
std::string without_exponent(std::string_view number);

/// One text for one number of any size: `-0.50` is `-0.5`, `007` is `7`, `5.` is `5`. The text is a number.
std::string canonical_number(std::string_view number);
/// The same, but for the zeros at its end, which a numeric keeps: `01.50` is `1.50`.
std::string scaled_number(std::string_view number);

}  // namespace plinth
