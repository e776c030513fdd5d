#pragma once
#include <optional>
#include <string>

namespace plinth {

/// Now, as manifests write it: ISO 8601, UTC, milliseconds.
std::string now_iso();

/// The time that a caller gave for a package, else now. Error: RPC.INVALID_PARAMS for another form than that of
/// `now_iso`, as packages are ordered by the text.
std::string created_at_or_now(const std::optional<std::string>& given);

/// The time one minute before a time of the form of `now_iso`.
std::string a_minute_before(const std::string& time);

}  // namespace plinth
