#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "runner/postgres/connection.h"

namespace plinth {

/// How far a statement has come that goes through a table in batches. `total` is what the statistics of the server say.
struct RowProgress {
  std::int64_t done = 0;
  std::optional<std::int64_t> total;
  std::int64_t per_second = 0;
  std::optional<std::int64_t> remaining_ms;
  static constexpr auto fields =
      std::tuple{field("done", &RowProgress::done), field("total", &RowProgress::total),
                 defaulted("perSecond", &RowProgress::per_second), field("remainingMs", &RowProgress::remaining_ms)};
};

/// What a job asks of whoever runs it.
class JobContext {
 public:
  JobContext() = default;
  JobContext(const JobContext&) = delete;
  JobContext& operator=(const JobContext&) = delete;
  virtual ~JobContext() = default;
  /// Opens a connection to a URL, an `embedded:` one too. The one who runs the job may cancel what it executes.
  virtual Connection connect(const std::string& url) = 0;
  /// Says how far the job is: `step` of `total`; and how far the step is in its rows, where it goes through rows.
  virtual void progress(std::int64_t step, std::int64_t total, const std::string& message,
                        const std::optional<RowProgress>& rows) = 0;
  void progress(std::int64_t step, std::int64_t total, const std::string& message) {
    progress(step, total, message, std::nullopt);
  }
  /// Throws RPC.CANCELLED when the job is no longer wanted.
  virtual void check_cancelled() const = 0;
};

}  // namespace plinth
