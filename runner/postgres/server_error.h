#pragma once
// What a server says about a failed statement, and the error that it becomes.
#include <string>
#include <string_view>

#include "engine/error.h"

namespace plinth {

/// The fields of a server's error message; empty where it says nothing. `position` counts characters of the statement
/// from 1.
struct ServerError {
  std::string sql_state, message, detail, hint, constraint, table, column, position;
};

/// The code of a SQLSTATE that a statement failed with; DATABASE.QUERY_FAILED for those that need no code of their own.
Code code_of_sql_state(std::string_view sql_state);

/// The same while connecting: errors other than missing rights and unknown names are DATABASE.CONNECTION_FAILED.
Code connect_code_of_sql_state(std::string_view sql_state);

/// The error of a failed statement. `cancelled`: whether its cancellation was asked for on this connection.
Error to_error(const ServerError& e, bool cancelled);

/// Whether an error is the server's, with this SQLSTATE.
bool has_sql_state(const Error& e, std::string_view sql_state);
constexpr std::string_view state_deadlock = "40P01", state_unsafe_enum_value = "55P04";

}  // namespace plinth
