#pragma once
// libpq behind RAII: connection, result, transaction. SQLSTATEs become errors of the one table here.
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "engine/json/json.h"
#include "engine/sql/sql.h"

namespace plinth {

/// A result in text format. Views stay valid while the result lives.
class Result {
 public:
  explicit Result(void* pg_result) : result_(pg_result) {}
  Result(Result&& o) noexcept : result_(o.result_) { o.result_ = nullptr; }
  Result& operator=(Result&& o) noexcept;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result();
  int rows() const;
  int columns() const;
  std::string column_name(int column) const;
  bool is_null(int row, int column) const;
  std::string_view at(int row, int column) const;
  std::int64_t affected() const;
  /// The command tag's first word, as the server names what it did: `ROLLBACK` is the answer to a COMMIT that failed.
  std::string_view command() const;
  /// What a check asks: is the first column of the first row truthy (t, true, a number other than 0, other text)?
  bool truthy() const;

 private:
  void* result_;
};

/// A statement with its parameters ($1 …; text or NULL).
struct Query {
  std::string sql;
  std::vector<std::optional<std::string>> params;
};

/// Cancels the statement that a connection is running, or its connecting; may be called from another thread, also when
/// the connection is gone, and never waits. The statement then fails with RPC.CANCELLED; so it does when the server
/// does not answer, after `patience`, and the connection is given up. A cancel between two statements does nothing.
class Cancel {
 public:
  static constexpr std::chrono::milliseconds patience{3000};
  Cancel();
  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;
  ~Cancel();
  void cancel();
  bool asked() const { return asked_; }
  void forget();
  /// A descriptor that can be read once `cancel` was called.
  int descriptor() const { return wake_; }

 private:
  int wake_;
  std::atomic<bool> asked_ = false;
};

class Connection {
 public:
  /// Opens a connection (a URL or a libpq keyword string). `embedded:` URLs are resolved by runner/server/embedded.h
  /// first. Waits `connect_timeout` seconds (of the URL or PGCONNECT_TIMEOUT, else 10) for each host of the URL.
  /// Errors: DATABASE.INVALID_URL, CONNECTION_FAILED, AUTHENTICATION_FAILED, NOT_FOUND, INSUFFICIENT_PRIVILEGE,
  /// SERVER_TOO_OLD, RPC.CANCELLED. The password never enters a message.
  explicit Connection(const std::string& url, std::shared_ptr<Cancel> cancel = std::make_shared<Cancel>());
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  /// Runs one statement and waits. Throws the SQLSTATE's error with what the server tells about it in meta (sqlState,
  /// detail, hint, constraint, table, column, position). Text without parameters may hold several statements; the last
  /// one's result is returned. COPY to or from the client is refused.
  Result run(const Sql& sql);
  Result run(const Query& query);
  /// Sends all statements in one round trip (pipeline mode) and hands over each result, in order. The first failure is
  /// thrown after the pipeline has been drained.
  std::vector<Result> run_all(const std::vector<Query>& queries);
  /// The same in two halves, so that two servers can work at the same time. The closing statements, whose results
  /// come last, are run even when one of the others failed.
  void send_all(const std::vector<Query>& queries, const std::vector<Query>& closing = {});
  std::vector<Result> receive_all();

  int server_version() const;  // 150018
  /// Whether the server is still there, as far as the last statement could tell.
  bool alive() const;
  bool in_transaction() const;
  std::shared_ptr<Cancel> canceller() const;
  /// Hears the server's notices (severity, text), while a statement runs. The listener must not throw.
  void on_notice(std::function<void(const std::string& severity, const std::string& text)> listener);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// BEGIN … COMMIT; the destructor rolls back what was not committed. Committing a transaction in which a statement
/// failed throws DATABASE.QUERY_FAILED.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

/// The URL with its password replaced by `***`, for messages.
std::string masked_url(const std::string& url);
/// The URL (a postgres URL, a libpq keyword string, or an `embedded:` URL) with another database name.
std::string with_database(const std::string& url, const std::string& database);

}  // namespace plinth
