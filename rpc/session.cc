#include "rpc/session.h"

#include "rpc/wire.h"

namespace plinth {

Connection Session::connect(const std::string& url) {
  check_cancelled();
  const std::string* address = &url;
  if (is_embedded_url(url)) {
    auto& server = servers_[url];
    if (server != nullptr && !server->running()) server.reset();
    if (server == nullptr) server = std::make_unique<EmbeddedServer>(url);
    address = &server->url();
  }
  const auto cancel = std::make_shared<Cancel>();
  {
    const std::scoped_lock lock(mutex_);
    cancellers_.push_back(cancel);
  }
  check_cancelled();  // a cancel that came before found nothing to stop
  Connection connection(*address, cancel);
  check_cancelled();
  return connection;
}

void Session::progress(std::int64_t step, std::int64_t total, const std::string& message,
                       const std::optional<RowProgress>& rows) {
  if (id_.empty()) return;
  send_(R"({"jsonrpc":"2.0","method":")" + std::string(Progress::method) + R"(","params":)" +
        to_json(Progress{{id_}, step, total, message, rows}) + "}");
}

void Session::check_cancelled() const {
  if (cancelled_) throw Error(Code::rpc_cancelled, "the request was cancelled");
}

void Session::next_line(std::int64_t line) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(cancels_, [&](const auto& cancel) { return cancel.second < line; });
}

void Session::begin(std::string id_json) {
  const std::scoped_lock lock(mutex_);
  id_ = std::move(id_json);
  running_ = true;
  cancelled_ = all_cancelled_ || cancels_.contains(id_);
}

void Session::end() {
  const std::scoped_lock lock(mutex_);
  running_ = false;
  cancellers_.clear();
}

void Session::cancel(const std::string& id_json, std::int64_t last_line) {
  constexpr std::size_t most = 4096;  // a caller that cancels what it never asked for does not fill the memory
  const std::scoped_lock lock(mutex_);
  if (running_ && id_ == id_json) {
    stop_running();
  } else if (cancels_.size() < most) {
    cancels_[id_json] = last_line;
  }
}

void Session::cancel_all() {
  const std::scoped_lock lock(mutex_);
  all_cancelled_ = true;
  if (running_) stop_running();
}

void Session::stop_running() {
  cancelled_ = true;
  for (const auto& canceller : cancellers_) canceller->cancel();
}

}  // namespace plinth
