#pragma once
// What one request may use: progress out, cancel in, and the servers it opened.
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/json/json.h"
#include "runner/jobs/job_context.h"
#include "runner/server/embedded.h"

namespace plinth {

class Session final : public JobContext {
 public:
  using Send = std::function<void(const std::string& line)>;
  explicit Session(Send send) : send_(std::move(send)) {}

  /// Opens a connection to a URL (`embedded:` servers are started, kept until the process ends, and started again when
  /// they died) and makes it the one that a cancel stops. Throws RPC.CANCELLED when the request was cancelled already.
  Connection connect(const std::string& url) override;

  using JobContext::progress;
  /// Sends `$/progress` for the request in hand; nothing when that is a notification.
  void progress(std::int64_t step, std::int64_t total, const std::string& message,
                const std::optional<RowProgress>& rows) override;

  /// Throws RPC.CANCELLED when the request in hand was cancelled.
  void check_cancelled() const override;

  // For the worker. Lines are numbered as they are read.
  void next_line(std::int64_t line);  // forgets the cancels that were heard before this line was read
  void begin(std::string id_json);    // a request starts; its id as JSON text, empty for a notification
  void end();
  bool cancelled() const { return cancelled_; }

  // For the reader, from another thread.
  /// Stops the request in hand when it has this id, else those of the lines up to `last_line` that are still to begin.
  void cancel(const std::string& id_json, std::int64_t last_line);
  /// Stops the request in hand, and all that begin from now on.
  void cancel_all();

 private:
  void stop_running();  // under the mutex

  Send send_;
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;  // of what follows; the worker alone changes id_, and may read it without
  std::string id_;
  bool running_ = false, all_cancelled_ = false;
  std::map<std::string, std::int64_t> cancels_;  // id to the last line it speaks of
  std::vector<std::shared_ptr<Cancel>> cancellers_;
  std::map<std::string, std::unique_ptr<EmbeddedServer>> servers_;  // by URL
};

}  // namespace plinth
