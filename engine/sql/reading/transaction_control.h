#pragma once
// Statements that would begin or end the transaction in which the engine runs a migration, or take back its settings.
#include <string>
#include <string_view>

namespace plinth {

/// The first of them in a text of one or more statements, as it is spelled in upper case (`COMMIT`, `ROLLBACK`,
/// `START TRANSACTION`, `RESET ALL` …); empty when there is none. Savepoints are not among them, and neither is what a
/// function's body or a DO block holds: the server itself refuses to end a transaction from there. O(text).
std::string transaction_command(std::string_view sql);

}  // namespace plinth
