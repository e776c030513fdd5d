#pragma once
// What one request may use: progress out, cancel in, and the servers it opened.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "engine/json.h"
#include "runner/connection.h"
#include "runner/embedded.h"

namespace plinth {

class Session {
 public:
  using Send = std::function<void(const std::string& line)>;
  explicit Session(Send send) : send_(std::move(send)) {}

  /// Opens a connection to a URL (`embedded:` servers are started, and kept until the process ends) and makes it the
  /// one that a cancel stops. Throws RPC.CANCELLED when the request was cancelled already.
  Connection connect(const std::string& url);

  /// Sends `$/progress {id, step, total, message}` for the request in hand.
  void progress(std::int64_t step, std::int64_t total, const std::string& message);

  /// Throws RPC.CANCELLED when the request in hand was cancelled.
  void check_cancelled() const;

  // For the worker and the reader:
  void begin(std::string id_json);  // a request starts; its id as JSON text
  void end();
  void cancel();  // from another thread: stops the running statement
  bool cancelled() const { return cancelled_; }

 private:
  Send send_;
  std::string id_ = "null";
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Cancel>> running_;
  std::vector<std::unique_ptr<EmbeddedServer>> servers_;
};

}  // namespace plinth
