#pragma once
// The text of a connection URL: its parts, and where its secrets stand.
#include <string>
#include <string_view>

namespace plinth {

/// `%41` → `A`; a malformed escape stays as it is.
std::string percent_decode(std::string_view text);
/// Everything but letters, digits and `-._~` as `%XX`.
std::string percent_encode(std::string_view text);

/// A message about a URL with every trace of its password, and of PGPASSWORD, replaced by `***`. A URL that libpq
/// misreads may show its password in parts ("could not translate host name …"); those are hidden as well.
std::string hide_secrets(std::string message, std::string_view url);

}  // namespace plinth
