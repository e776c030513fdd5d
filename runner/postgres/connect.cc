#include "runner/postgres/connect.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "runner/postgres/connection.h"
#include "runner/postgres/connection_url.h"
#include "runner/postgres/conninfo.h"
#include "runner/postgres/server_error.h"

namespace plinth {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int oldest_version = 120000;
constexpr std::chrono::seconds default_connect_timeout{10};

/// The parameters of a URL that libpq does not know.
std::vector<std::string> unknown_parameters(const std::string& url) {
  const Conninfo known(PQconndefaults());
  std::vector<std::string> out;
  const std::string masked = masked_url(url);
  for (std::size_t i = masked.find('?'); i < masked.size();) {
    const std::size_t end = std::min(masked.find('&', i + 1), masked.size());
    const std::string key = percent_decode(std::string_view(masked).substr(i + 1, end - i - 1));
    const std::string name = key.substr(0, key.find('='));
    bool found = name == "ssl";  // libpq takes ssl=true for sslmode=require
    for (const PQconninfoOption* o = known.get(); o != nullptr && o->keyword != nullptr; ++o) {
      found = found || name == o->keyword;
    }
    if (!found && !name.empty()) out.push_back(name);
    i = end;
  }
  return out;
}

Error invalid_url(const std::string& url, const std::string& why) {
  Error e(Code::database_invalid_url, "The connection URL cannot be read.", why);
  const std::size_t colon = url.find("://");
  if (colon == std::string::npos) return e;
  const std::string scheme = url.substr(0, colon);
  if (scheme != "postgresql" && scheme != "postgres") {
    const bool word = scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.:") == std::string::npos;
    e.why(word ? "Its scheme is " + scheme + ", not postgresql." : "It does not begin with postgresql://.");
    return e;
  }
  const std::vector<std::string> unknown = unknown_parameters(url);
  if (unknown.empty()) return e;
  std::string names;
  for (const auto& name : unknown) names.append(names.empty() ? "" : ", ").append(name);
  return e.fix("Remove from the URL what other programs read and libpq does not: " + names + ".")
      .with("unknown", unknown);
}

/// The parts of the URL that were given, or DATABASE.INVALID_URL.
Conninfo parse_options(const std::string& url) {
  char* problem = nullptr;
  Conninfo options(url.empty() ? nullptr : PQconninfoParse(url.c_str(), &problem));
  if (options) return options;
  const std::string why = url.empty() ? "it is empty" : hide_secrets(trimmed(problem), url);
  PQfreemem(problem);
  throw invalid_url(url, why);
}

const char* option(const Conninfo& options, std::string_view keyword) {
  for (const PQconninfoOption* o = options.get(); o->keyword != nullptr; ++o) {
    if (o->keyword == keyword) return o->val;
  }
  return nullptr;
}

/// How long to wait for a connection; nothing to wait for ever. libpq counts for each host by itself only in its
/// blocking call, which hides the SQLSTATE; here the hosts share the sum.
std::optional<Clock::duration> connect_timeout(const Conninfo& options) {
  const char* text = option(options, "connect_timeout");
  if (text == nullptr) text = std::getenv("PGCONNECT_TIMEOUT");  // NOLINT(concurrency-mt-unsafe): nobody writes it
  int seconds = static_cast<int>(default_connect_timeout.count());
  if (text != nullptr && *text != '\0') std::from_chars(text, text + std::strlen(text), seconds);
  if (seconds <= 0) return {};
  const char* hosts = option(options, "host");
  int count = 1;
  for (const char* c = hosts; c != nullptr && *c != '\0'; ++c) count += *c == ',' ? 1 : 0;
  return std::chrono::seconds(seconds) * count;
}

/// Waits until the socket can be read or written. False when the time is over. Throws RPC.CANCELLED.
bool wait_socket(int socket, bool write, std::optional<Clock::time_point> deadline, const Cancel& cancel) {
  for (;;) {
    int ms = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left.count() <= 0) return false;
      ms = static_cast<int>(left.count());
    }
    std::array<pollfd, 2> fds = {pollfd{socket, static_cast<short>(write ? POLLOUT : POLLIN), 0},
                                 pollfd{cancel.descriptor(), POLLIN, 0}};
    const int ready = poll(fds.data(), fds.size(), ms);
    if (ready > 0 && fds[1].revents != 0) {
      throw Error(Code::rpc_cancelled, "the request was cancelled while it connected to the database");
    }
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/// The SQLSTATE in libpq's verbose text `FATAL:  28P01: …`, whose first word is in the server's language. Takes it, and
/// the lines that tell a place in the server's source, out of the text.
std::string take_sql_state(std::string& text) {
  constexpr std::size_t length = 5;
  std::string state;
  const std::size_t at = text.find(":  ");
  if (at != std::string::npos && text.size() > at + 3 + length && text[at + 3 + length] == ':') {
    state = text.substr(at + 3, length);
    text.erase(at + 2, length + 2);
    if (const std::size_t location = text.rfind("\nLOCATION:"); location != std::string::npos) text.erase(location);
  }
  return state;
}

[[noreturn]] void fail_connect(PGconn* conn, const std::string& url, bool timed_out) {
  std::string why = timed_out ? "timeout expired" : trimmed(PQerrorMessage(conn));
  const std::string state = take_sql_state(why);
  Code code = connect_code_of_sql_state(state);
  if (PQconnectionNeedsPassword(conn) != 0) code = Code::database_authentication_failed;
  std::string message = "Cannot connect to the database.";
  if (code == Code::database_authentication_failed) message = "The server refused user or password.";
  if (code == Code::database_not_found) message = "The database does not exist.";
  if (code == Code::database_insufficient_privilege) message = "The user may not connect to the database.";
  // A value that libpq cannot read, such as a port that is no number, is found before it connects.
  if (why.starts_with("invalid ")) throw invalid_url(url, hide_secrets(why, url)).with("url", masked_url(url));
  const std::string told = hide_secrets(why, url);
  if (code == Code::database_connection_failed) message.back() = ':', message += " " + told.substr(0, told.find('\n'));
  Error e(code, message, told);
  if (!state.empty()) e.with("sqlState", state);
  throw e.with("url", masked_url(url));
}

void wait_connected(PGconn* conn, const std::string& url, std::optional<Clock::duration> timeout,
                    const Cancel& cancel) {
  std::optional<Clock::time_point> deadline;
  if (timeout) deadline = Clock::now() + *timeout;
  if (PQstatus(conn) == CONNECTION_BAD) fail_connect(conn, url, false);
  for (PostgresPollingStatusType step = PGRES_POLLING_WRITING; step != PGRES_POLLING_OK; step = PQconnectPoll(conn)) {
    if (step == PGRES_POLLING_FAILED) fail_connect(conn, url, false);
    if (!wait_socket(PQsocket(conn), step == PGRES_POLLING_WRITING, deadline, cancel)) fail_connect(conn, url, true);
  }
}

struct Finish {
  void operator()(PGconn* conn) const { PQfinish(conn); }
};

}  // namespace

pg_conn* connect(const std::string& url, const Cancel& cancel) {
  const Conninfo options = parse_options(url);
  // The URL goes in as `dbname`, which libpq expands; what follows wins over it.
  constexpr std::array<const char*, 4> keywords = {"fallback_application_name", "dbname", "client_encoding", nullptr};
  const std::array<const char*, 4> values = {"plinth", url.c_str(), "UTF8", nullptr};
  std::unique_ptr<PGconn, Finish> conn(PQconnectStartParams(keywords.data(), values.data(), 1));
  if (!conn) throw Error(Code::database_connection_failed, "Cannot connect to the database.", "out of memory");
  PQsetNoticeReceiver(
      conn.get(), [](void*, const PGresult*) {}, nullptr);
  PQsetErrorVerbosity(conn.get(), PQERRORS_VERBOSE);  // the only way to learn the SQLSTATE of a failed connect
  wait_connected(conn.get(), url, connect_timeout(options), cancel);
  PQsetErrorVerbosity(conn.get(), PQERRORS_DEFAULT);
  if (const int version = PQserverVersion(conn.get()); version < oldest_version) {
    throw Error(Code::database_server_too_old, "The server is PostgreSQL " + std::to_string(version / 10000) + ".",
                "Plinth needs PostgreSQL " + std::to_string(oldest_version / 10000) + " or newer.")
        .with("serverVersion", version);
  }
  return conn.release();
}

}  // namespace plinth
