#pragma once
// A command with a Postgres of its own.
#include <string>
#include <vector>

namespace plinth {

/// Starts a private server in `directory` (empty: a temporary one, removed afterwards), runs the command with
/// PLINTH_DATABASE_URL (a libpq URL) and libpq's own variables set, stops the server, and returns the command's exit
/// code: 127 when it cannot be run, 128 + n when signal n ended it. SIGINT, SIGTERM, SIGHUP and SIGQUIT are
/// forwarded. Errors: those of EmbeddedServer.
int run_with_postgres(const std::string& directory, const std::vector<std::string>& command);

}  // namespace plinth
