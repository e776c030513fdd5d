#include "runner/postgres/connection.h"

#include <libpq-fe.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

#include "runner/postgres/connect.h"
#include "runner/postgres/server_error.h"

namespace plinth {
namespace {

struct Clear {
  void operator()(PGresult* r) const { PQclear(r); }
};
using OwnedResult = std::unique_ptr<PGresult, Clear>;

ServerError server_error(const PGresult* r) {
  const auto get = [&](int code) {
    const char* value = PQresultErrorField(r, code);
    return std::string(value == nullptr ? "" : value);
  };
  ServerError e{get(PG_DIAG_SQLSTATE),     get(PG_DIAG_MESSAGE_PRIMARY),   get(PG_DIAG_MESSAGE_DETAIL),
                get(PG_DIAG_MESSAGE_HINT), get(PG_DIAG_CONSTRAINT_NAME),   get(PG_DIAG_TABLE_NAME),
                get(PG_DIAG_COLUMN_NAME),  get(PG_DIAG_STATEMENT_POSITION)};
  if (e.message.empty()) e.message = trimmed(PQresultErrorMessage(r));
  return e;
}

struct FreeCancel {
  void operator()(PGcancel* handle) const { PQfreeCancel(handle); }
};

/// Asks the server to stop the statement in hand. The server may not answer, and libpq waits for it without end: nobody
/// waits for this thread, which owns what it needs.
void ask_to_stop(const PGconn* conn) {
  std::shared_ptr<PGcancel> handle(PQgetCancel(const_cast<PGconn*>(conn)), FreeCancel());  // NOLINT: libpq's signature
  if (!handle) return;
  std::thread([handle] {
    std::array<char, 256> message{};
    PQcancel(handle.get(), message.data(), static_cast<int>(message.size()));
  }).detach();
}

void refuse_nul(const std::string& text) {
  if (text.find('\0') == std::string::npos) return;
  throw Error(Code::database_query_failed, "A statement or parameter holds a NUL character.",
              "Postgres cannot store it in text.");
}

/// COPY would wait for data that nobody sends, or send data that nobody reads.
Error copy_refused() {
  return Error(Code::database_query_failed, "COPY from or to the client is not possible here.")
      .fix("Use INSERT, or COPY with a file of the server.");
}

}  // namespace

struct Connection::Impl {
  PGconn* conn;
  std::shared_ptr<Cancel> cancel;
  std::function<void(const std::string&, const std::string&)> listener;
  // Of a pipeline that has been sent and not yet received: its results, and the points where it starts anew.
  std::size_t expected = 0;
  int syncs = 0;

  Impl(const std::string& url, std::shared_ptr<Cancel> by) : conn(connect(url, *by)), cancel(std::move(by)) {
    PQsetNoticeReceiver(conn, &Impl::hear, this);
    PQsetnonblocking(conn, 1);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() { PQfinish(conn); }

  static void hear(void* self, const PGresult* notice);
  bool dead() const { return conn == nullptr || PQstatus(conn) == CONNECTION_BAD; }
  void drop() {
    PQfinish(conn);
    conn = nullptr;
  }
  /// Before a statement: whatever is left of an earlier one is read and forgotten.
  void start(const std::vector<const Query*>& queries);
  bool send(const Query& query);
  /// Waits until what was sent is on its way, and an answer is there (`answer`). Throws RPC.CANCELLED for a server that
  /// does not react to a cancel; the connection is given up then.
  void wait(bool answer);
  void wait_for_socket(bool write, std::optional<std::chrono::steady_clock::time_point>& give_up);
  PGresult* next_result() {
    wait(true);
    return PQgetResult(conn);
  }
  bool sync() { return ++syncs, PQpipelineSync(conn) != 0; }
  Error failure() const;
  Error failure(const PGresult* r) const;
  Result finish();
  std::optional<Error> refuse_copy(ExecStatusType status);
  std::optional<Error> receive(std::vector<Result>& out);
};

void Connection::Impl::hear(void* self, const PGresult* notice) {
  const auto* impl = static_cast<const Impl*>(self);
  if (!impl->listener) return;
  const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
  impl->listener(severity == nullptr ? "WARNING" : severity,
                 text == nullptr ? trimmed(PQresultErrorMessage(notice)) : std::string(text));
}

void Connection::Impl::start(const std::vector<const Query*>& queries) {
  for (const Query* q : queries) {
    refuse_nul(q->sql);
    for (const auto& p : q->params) {
      if (p) refuse_nul(*p);
    }
  }
  if (conn != nullptr && PQpipelineStatus(conn) != PQ_PIPELINE_OFF) {
    std::vector<Result> unwanted;
    receive(unwanted);
  }
  if (dead()) throw failure();
  cancel->forget();
}

bool Connection::Impl::send(const Query& query) {
  std::vector<const char*> values;
  values.reserve(query.params.size());
  for (const auto& p : query.params) values.push_back(p ? p->c_str() : nullptr);
  return PQsendQueryParams(conn, query.sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                           nullptr, 0) != 0;
}

void Connection::Impl::wait(bool answer) {
  std::optional<std::chrono::steady_clock::time_point> give_up;
  for (;;) {
    if (dead()) return;
    const int unsent = PQflush(conn);
    if (unsent < 0 || (unsent == 0 && !(answer && PQisBusy(conn) != 0))) return;
    wait_for_socket(unsent > 0, give_up);
    if (PQconsumeInput(conn) == 0) return;
  }
}

void Connection::Impl::wait_for_socket(bool write, std::optional<std::chrono::steady_clock::time_point>& give_up) {
  using std::chrono::steady_clock;
  std::array<pollfd, 2> fds = {pollfd{PQsocket(conn), static_cast<short>(write ? POLLIN | POLLOUT : POLLIN), 0},
                               pollfd{cancel->descriptor(), POLLIN, 0}};
  int ms = -1;
  if (give_up) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*give_up - steady_clock::now());
    if (left.count() <= 0) {
      drop();
      throw Error(Code::rpc_cancelled, "the request was cancelled; the server does not answer",
                  "The connection was given up. The server rolls back what it had begun, once it goes on.");
    }
    ms = static_cast<int>(left.count());
  }
  // Once the cancel was heard, the socket alone counts.
  const int ready = poll(fds.data(), give_up ? 1 : 2, ms);
  if (ready > 0 && !give_up && fds[1].revents != 0) {
    give_up = steady_clock::now() + Cancel::patience;
    ask_to_stop(conn);
  }
}

/// The error of a call that failed without a result.
Error Connection::Impl::failure() const {
  const std::string why = conn == nullptr ? "" : trimmed(PQerrorMessage(conn));
  if (dead()) return {Code::database_connection_lost, "The connection to the database is lost.", why};
  return {Code::database_query_failed, why.empty() ? "The statement could not be sent." : why};
}

Error Connection::Impl::failure(const PGresult* r) const {
  const ServerError e = server_error(r);
  if (e.sql_state.empty()) return failure();
  return to_error(e, cancel->asked());
}

/// What a COPY does to the connection: reads or refuses it. Nothing for another status.
std::optional<Error> Connection::Impl::refuse_copy(ExecStatusType status) {
  if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH) return {};
  if (PQpipelineStatus(conn) != PQ_PIPELINE_OFF) {
    drop();  // libpq has no way back from here
  } else if (status == PGRES_COPY_IN) {
    PQputCopyEnd(conn, "not possible here");
  } else {
    for (char* line = nullptr; PQgetCopyData(conn, &line, 0) > 0;) PQfreemem(line);
  }
  return copy_refused();
}

/// Reads the results of one statement to the end; the last one, or the first error.
Result Connection::Impl::finish() {
  OwnedResult last;
  std::optional<Error> error;
  while (PGresult* next = next_result()) {
    OwnedResult r(next);
    const ExecStatusType status = PQresultStatus(next);
    if (auto copy = refuse_copy(status)) {
      if (!error) error = std::move(copy);
    } else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      if (!error) error = failure(next);
    } else {
      last = std::move(r);
    }
  }
  if (error) throw Error(std::move(*error));
  if (!last) throw failure();
  return Result(last.release());
}

/// Reads a pipeline to its end. The first error; a pipeline that breaks off is an error.
std::optional<Error> Connection::Impl::receive(std::vector<Result>& out) {
  std::optional<Error> error;
  const auto fail = [&](Error e) {
    if (!error) error = std::move(e);
  };
  for (int gaps = 0; syncs > 0 && gaps < 2 && conn != nullptr;) {
    OwnedResult r(next_result());
    gaps = r ? 0 : gaps + 1;  // one stands between two results, two mean that nothing follows
    if (!r) continue;
    const ExecStatusType status = PQresultStatus(r.get());
    if (auto copy = refuse_copy(status)) {
      fail(std::move(*copy));
    } else if (status == PGRES_PIPELINE_SYNC) {
      --syncs;
    } else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
      fail(failure(r.get()));
    } else if (status != PGRES_PIPELINE_ABORTED) {
      out.emplace_back(r.release());
    }
  }
  if (conn != nullptr && PQexitPipelineMode(conn) == 0) drop();
  if (syncs > 0 || (!error && out.size() != expected)) fail(failure());
  expected = 0;
  syncs = 0;
  return error;
}

Cancel::Cancel() : wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
Cancel::~Cancel() {
  if (wake_ >= 0) close(wake_);
}
void Cancel::cancel() {
  asked_ = true;
  const std::uint64_t one = 1;
  while (write(wake_, &one, sizeof one) < 0 && errno == EINTR) continue;
}
void Cancel::forget() {
  std::uint64_t count = 0;
  while (read(wake_, &count, sizeof count) < 0 && errno == EINTR) continue;
  asked_ = false;
}

Connection::Connection(const std::string& url, std::shared_ptr<Cancel> cancel)
    : impl_(std::make_unique<Impl>(url, std::move(cancel))) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result Connection::run(const Sql& sql) { return run(Query{sql.text(), {}}); }

Result Connection::run(const Query& query) {
  impl_->start({&query});
  const bool sent = query.params.empty() ? PQsendQuery(impl_->conn, query.sql.c_str()) != 0 : impl_->send(query);
  if (!sent) throw impl_->failure();
  return impl_->finish();
}

std::vector<Result> Connection::run_all(const std::vector<Query>& queries) {
  send_all(queries);
  return receive_all();
}

void Connection::send_all(const std::vector<Query>& queries, const std::vector<Query>& closing) {
  std::vector<const Query*> all;
  all.reserve(queries.size() + closing.size());
  for (const auto& q : queries) all.push_back(&q);
  for (const auto& q : closing) all.push_back(&q);
  impl_->start(all);
  if (PQenterPipelineMode(impl_->conn) == 0) throw impl_->failure();
  impl_->expected = all.size();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == queries.size() && !impl_->sync()) throw impl_->failure();
    if (impl_->send(*all[i])) continue;
    Error e = impl_->failure();
    std::vector<Result> unwanted;
    if (impl_->sync()) impl_->receive(unwanted);
    throw e;
  }
  if (!impl_->sync()) throw impl_->failure();
  impl_->wait(false);
}

std::vector<Result> Connection::receive_all() {
  std::vector<Result> out;
  out.reserve(impl_->expected);
  if (auto error = impl_->receive(out)) throw Error(std::move(*error));
  return out;
}

int Connection::server_version() const { return impl_->conn == nullptr ? 0 : PQserverVersion(impl_->conn); }
bool Connection::alive() const { return !impl_->dead(); }
bool Connection::in_transaction() const {
  if (impl_->dead()) return false;
  const PGTransactionStatusType status = PQtransactionStatus(impl_->conn);
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}
std::shared_ptr<Cancel> Connection::canceller() const { return impl_->cancel; }
void Connection::on_notice(std::function<void(const std::string&, const std::string&)> listener) {
  impl_->listener = std::move(listener);
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  // Whatever the database says: behind a lock that was waited for, a statement must see what was committed meanwhile.
  connection_.run("BEGIN ISOLATION LEVEL READ COMMITTED");
}

Transaction::~Transaction() {
  if (!open_ || !connection_.in_transaction()) return;
  try {
    connection_.run("ROLLBACK");
  } catch (const Error&) {
    // The connection broke, and the transaction with it.
    open_ = false;
  }
}

void Transaction::commit() {
  open_ = false;
  if (connection_.run("COMMIT").command() == "ROLLBACK") {
    throw Error(Code::database_query_failed, "The transaction was rolled back instead of committed.",
                "One of its statements had failed.");
  }
}

}  // namespace plinth
