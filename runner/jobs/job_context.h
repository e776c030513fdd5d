#pragma once
#include <cstdint>
#include <string>

#include "runner/postgres/connection.h"

namespace plinth {

/// What a job asks of whoever runs it.
class JobContext {
 public:
  JobContext() = default;
  JobContext(const JobContext&) = delete;
  JobContext& operator=(const JobContext&) = delete;
  virtual ~JobContext() = default;
  /// Opens a connection to a URL, an `embedded:` one too. The one who runs the job may cancel what it executes.
  virtual Connection connect(const std::string& url) = 0;
  /// Says how far the job is: `step` of `total`.
  virtual void progress(std::int64_t step, std::int64_t total, const std::string& message) = 0;
  /// Throws RPC.CANCELLED when the job is no longer wanted.
  virtual void check_cancelled() const = 0;
};

}  // namespace plinth
