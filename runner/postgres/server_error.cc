#include "runner/postgres/server_error.h"

#include <array>

namespace plinth {
namespace {

struct StateCode {
  std::string_view prefix;  // of the SQLSTATE: two characters name a whole class
  Code code;
};

// Source: PostgreSQL 18, errcodes.txt.
constexpr auto state_codes = std::to_array<StateCode>({
    {"28", Code::database_authentication_failed},
    {"3D000", Code::database_not_found},
    {"25006", Code::database_read_only},
    {"42501", Code::database_insufficient_privilege},
    {"53100", Code::database_disk_full},
    {"55P03", Code::database_lock_timeout},
    {"57014", Code::database_statement_timeout},
    {"08", Code::database_connection_lost},
    {"57P", Code::database_connection_lost},    // shutdown, crash, database dropped, idle session
    {"25P03", Code::database_connection_lost},  // idle_in_transaction_session_timeout ends the session
    {"25P04", Code::database_connection_lost},  // so does transaction_timeout
});

}  // namespace

Code code_of_sql_state(std::string_view sql_state) {
  for (const auto& s : state_codes) {
    if (sql_state.starts_with(s.prefix)) return s.code;
  }
  return Code::database_query_failed;
}

Code connect_code_of_sql_state(std::string_view sql_state) {
  const Code code = code_of_sql_state(sql_state);
  const bool telling = code == Code::database_authentication_failed || code == Code::database_not_found ||
                       code == Code::database_insufficient_privilege;
  return telling ? code : Code::database_connection_failed;
}

Error to_error(const ServerError& e, bool cancelled) {
  Code code = code_of_sql_state(e.sql_state);
  // A timeout and a cancellation share one SQLSTATE; somebody else's pg_cancel_backend is told by the text alone.
  const bool by_request = cancelled || e.message.find("user request") != std::string::npos;
  if (code == Code::database_statement_timeout && by_request) code = Code::rpc_cancelled;
  Error out(code, e.message, e.detail);
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out.with(key, value);
  };
  put("sqlState", e.sql_state);
  put("detail", e.detail);
  put("hint", e.hint);
  put("constraint", e.constraint);
  put("table", e.table);
  put("column", e.column);
  if (!e.position.empty()) out.with_json("position", e.position);
  return out;
}

bool has_sql_state(const Error& e, std::string_view sql_state) {
  return std::any_of(e.meta().begin(), e.meta().end(),
                     [&](const auto& m) { return m.first == "sqlState" && m.second == json::quote(sql_state); });
}

}  // namespace plinth
